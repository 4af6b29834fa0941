"""What was judged, in words: the text of each item, what would have been right, and its row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from backend.proof.groups import LENGTH, by_length
from backend.proof.kept import Kept
from worker.engine.evaluation import Outcome
from worker.jobs.judges import Judge, Measured
from worker.jobs.measures import Columns

BETWEEN = " ⟷ "


@dataclass(frozen=True, kw_only=True)
class Item:
    """`row` is the first row of the part that it was made of; None where it is of no single one."""

    text: str
    wanted: str
    row: int | None


def kept_of(part: str, part_hash: str, base: Measured, tuned: Measured) -> Kept:
    """What two models were judged by, item by item; the same judge has measured both."""
    judge, before, after = tuned.judge, base.outcome, tuned.outcome
    items = describe(judge, after)
    groups = {
        by: ["" if item.row is None else names[item.row] for item in items]
        for by, names in judge.groups.items()
    }
    length = by_length([item.text for item in items])
    return Kept(
        part=part,
        part_hash=part_hash,
        evaluator=judge.row.name,
        metric=after.primary_metric.removeprefix(f"{part}_"),
        texts=[item.text for item in items],
        wanted=[item.wanted for item in items],
        base=before.items,
        tuned=after.items,
        found_base=_found(judge, before),
        found_tuned=_found(judge, after),
        groups=groups | ({LENGTH: length} if length else {}),
    )


def describe(judge: Judge, outcome: Outcome) -> list[Item]:
    """The items of an outcome, in their order."""
    assert judge.held is not None, "what has no rows of the person's own has no items to tell of"
    columns = Columns.of(judge.held.rows)
    made = _ITEMS.get(judge.row.name, _rows)
    return made(judge.evaluator, columns, outcome)


def _rows(_evaluator: Any, columns: Columns, outcome: Outcome) -> list[Item]:
    """An item is a row, as often as all of them are gone through (an MSE goes column by column)."""
    labels = columns.labels
    count = len(columns.inputs[0])
    rows = [int(key) % count for key in outcome.item_keys]
    return [
        Item(
            text=BETWEEN.join(column[row] for column in columns.inputs),
            wanted=_told(labels[row]) if len(labels) else "",
            row=row,
        )
        for row in rows
    ]


def _told(label: Any) -> str:
    """A label where it can be read at a glance: a list of numbers can't."""
    return (
        "" if isinstance(label, list) else f"{label:g}" if isinstance(label, float) else f"{label}"
    )


def _retrieval(evaluator: Any, columns: Columns, outcome: Outcome) -> list[Item]:
    asked = dict(zip(evaluator.queries_ids, evaluator.queries, strict=True))
    documents = dict(zip(evaluator.corpus_ids, evaluator.corpus, strict=True))
    row_of = _first_rows(columns)
    return [
        Item(
            text=asked[key],
            wanted="\n".join(documents[one] for one in sorted(evaluator.relevant_docs[key])),
            row=row_of.get(asked[key]),
        )
        for key in outcome.item_keys
    ]


def _triplets(_evaluator: Any, columns: Columns, outcome: Outcome) -> list[Item]:
    anchors, positives, _ = columns.inputs
    rows = [int(key) for key in outcome.item_keys]
    return [Item(text=anchors[row], wanted=positives[row], row=row) for row in rows]


def _reranking(evaluator: Any, columns: Columns, outcome: Outcome) -> list[Item]:
    row_of = _first_rows(columns)
    samples = [evaluator.samples[int(key)] for key in outcome.item_keys]
    return [
        Item(
            text=sample["query"],
            wanted="\n".join(sample["positive"]),
            row=row_of.get(sample["query"]),
        )
        for sample in samples
    ]


def _paraphrases(evaluator: Any, _columns: Columns, outcome: Outcome) -> list[Item]:
    text_of = dict(zip(evaluator.ids, evaluator.sentences, strict=True))
    pairs = [key.split(" ") for key in outcome.item_keys]
    return [
        Item(text=BETWEEN.join(text_of[one] for one in pair), wanted="", row=None) for pair in pairs
    ]


def _first_rows(columns: Columns) -> dict[str, int]:
    found: dict[str, int] = {}
    for row, text in enumerate(columns.inputs[0]):
        found.setdefault(text, row)
    return found


def _found(judge: Judge, outcome: Outcome) -> list[list[str]]:
    if not outcome.found_keys:
        return []
    evaluator: Any = judge.evaluator
    documents = dict(zip(evaluator.corpus_ids, evaluator.corpus, strict=True))
    return [[documents[key] for key in keys] for keys in outcome.found_keys]


_ITEMS: Mapping[str, Callable[[Any, Columns, Outcome], list[Item]]] = {
    "InformationRetrievalEvaluator": _retrieval,
    "TripletEvaluator": _triplets,
    "RerankingEvaluator": _reranking,
    "ParaphraseMiningEvaluator": _paraphrases,
}
"""How the items are made by each that doesn't judge row by row, by its name in the catalogue."""
