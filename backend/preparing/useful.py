"""Which operations are of use for data of which form, the likeliest first. Pure."""

from backend.datasets.operations.by_name import OPERATIONS
from backend.datasets.operations.operation import Operation
from backend.recipes.format_of import Format

USEFUL: dict[Format, tuple[str, ...]] = {
    Format.TEXT_CLASS: ("classes_to_triplets", "classes_to_pairs", "label_ids"),
    Format.PAIRS: ("mine_negatives", "swap_columns"),
    Format.PAIR_CLASS: ("pair_class_to_triplets", "label_ids"),
    Format.PAIR_BINARY: ("pair_class_to_triplets",),
    Format.PAIR_SCORE: ("scale_scores", "scores_to_pairs"),
    Format.TUPLES: ("spread_negatives",),
    Format.JUDGED: ("qrels_to_pairs",),
    Format.BEIR: ("qrels_to_pairs",),
    Format.TEACHER_SCORES: ("scale_scores",),
    Format.OTHER: ("spread_positives", "spread_negatives"),
}
ALWAYS = (
    "drop_duplicates",
    "split",
    "filter",
    "sample",
    "strip_html",
    "repair_encoding",
    "hide_private",
)
_ELSEWHERE = ("choose_columns", "drop_rows")
"""Columns are arranged, and rows are left out, on the page of the version itself."""


def by_use(form: Format) -> tuple[list[type[Operation]], list[type[Operation]]]:
    """Those of use for this form, and all others that have a form of their own."""
    first = [*USEFUL.get(form, ()), *ALWAYS]
    others = [name for name in OPERATIONS if name not in (*first, *_ELSEWHERE)]
    return [OPERATIONS[name] for name in first], [OPERATIONS[name] for name in others]
