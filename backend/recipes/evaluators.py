"""Which evaluators can measure a dataset. Pure."""

from collections.abc import Mapping as ByFormat

from backend.catalog.columns import TableFacts
from backend.catalog.evaluators import EVALUATORS
from backend.catalog.rows import EvaluatorRow, Label
from backend.recipes.column_names import is_mutual
from backend.recipes.columns_fit import complaint
from backend.recipes.format_of import Format, format_of
from backend.recipes.schemas import EvaluatorUse, Mapping

_BY_FORMAT: ByFormat[Format, tuple[str, ...]] = {
    Format.PAIR_BINARY: ("BinaryClassificationEvaluator",),
    Format.TRIPLETS: ("TripletEvaluator",),
    Format.TUPLES: ("RerankingEvaluator",),
    Format.PARALLEL: ("TranslationEvaluator", "MSEEvaluator"),
}
"""What is asked of such data, where it isn't the first of the catalogue that fits."""
_OF_PARAPHRASES = ("ParaphraseMiningEvaluator",)


def cannot_measure(
    row: EvaluatorRow,
    mapping: Mapping,
    facts: TableFacts,
    dimensions: int | None,
    loss: str | None,
) -> str | None:
    """Why `row` can't use these columns, in one sentence; None if it can. `dimensions` are those
    of the base model, where they are known; `loss` is what is learned by, within all wrappers."""
    if not row.needs_data:
        return None
    if reason := complaint(row, mapping, facts):
        return reason
    label = facts.column(mapping.label) if mapping.label else None
    width = label.list_length if label else None
    compares = any(form.label is Label.EMBEDDING for form in row.accepts)
    if label and compares and dimensions is not None and width != dimensions:
        return (
            f"{row.name} compares with {label.name!r}, embeddings of {width:,} dimensions; "
            f"those of the base model have {dimensions:,}."
        )
    if row.of_loss not in (None, loss):
        return f"{row.name} measures the classifier of {row.of_loss}, which isn't what is trained."
    return None


def measuring(mapping: Mapping, facts: TableFacts, dimensions: int | None) -> list[str]:
    """The names of the evaluators that can prove with this data, the preferred first."""
    able = [
        name
        for name, row in EVALUATORS.items()
        if row.only_beside is None and cannot_measure(row, mapping, facts, dimensions, None) is None
    ]
    preferred = [name for name in _preferred(mapping, facts) if name in able]
    return [*preferred, *(name for name in able if name not in preferred)]


def proposed(
    mapping: Mapping, facts: TableFacts, dimensions: int | None, loss: str | None
) -> list[str]:
    """What this data and this loss had better be measured by, what proves first."""
    able = measuring(mapping, facts, dimensions)
    preferred = [name for name in _preferred(mapping, facts) if name in able]
    beside = [
        name
        for name, row in EVALUATORS.items()
        if row.of_loss is not None and cannot_measure(row, mapping, facts, dimensions, loss) is None
    ]
    return [*(preferred or able[:1]), *beside]


def proving(uses: list[EvaluatorUse]) -> EvaluatorRow | None:
    """The evaluator that gives the verdict; None where none of them can."""
    rows = [EVALUATORS[use.name] for use in uses if use.name in EVALUATORS]
    return next((row for row in rows if row.only_beside is None), None)


def _preferred(mapping: Mapping, facts: TableFacts) -> tuple[str, ...]:
    label = facts.column(mapping.label) if mapping.label else None
    form = format_of(mapping, facts, label)
    if form is Format.PAIRS and is_mutual(mapping.inputs):
        return _OF_PARAPHRASES
    return _BY_FORMAT.get(form, ())
