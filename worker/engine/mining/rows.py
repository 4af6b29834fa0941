"""What was mined, as the rows of a dataset."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from worker.engine.mining.choosing import Negatives
from worker.engine.mining.material import Material

OutputFormat: TypeAlias = Literal["triplet", "n-tuple", "labeled-pair", "labeled-list"]
Row: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True)
class Mined:
    """For each query the scores of its positives, and its negatives, `wanted` or fewer."""

    material: Material
    positive_scores: list[list[float]]
    negatives: list[Negatives]
    wanted: int

    def by_query(self) -> Iterator[tuple[str, list[tuple[int, float]], Negatives]]:
        """Each query, its positives as (place, score), its negatives likewise."""
        for query, places, scores, negatives in zip(
            self.material.queries,
            self.material.positives,
            self.positive_scores,
            self.negatives,
            strict=True,
        ):
            yield query, list(zip(places, scores, strict=True)), negatives


def table(
    mined: Mined, output_format: OutputFormat, scores: bool, anchor: str, positive: str
) -> dict[str, list[Any]]:
    """The columns of the new dataset; `scores` adds them, or puts them in the labels' place."""
    shape = SHAPES[output_format]
    names = [anchor, positive, *shape.columns(mined.wanted, scores)]
    columns: dict[str, list[Any]] = {name: [] for name in names}
    text = mined.material.corpus.__getitem__
    for row in shape.rows(mined, text, scores):
        for column, value in zip(columns.values(), row, strict=True):
            column.append(value)
    return columns


def _triplets(mined: Mined, text: Callable[[int], str], scores: bool) -> Iterator[Row]:
    for query, positives, negatives in mined.by_query():
        for positive, positive_score in positives:
            for negative, score in negatives:
                more = ([positive_score, score],) if scores else ()
                yield query, text(positive), text(negative), *more


def _tuples(mined: Mined, text: Callable[[int], str], scores: bool) -> Iterator[Row]:
    for query, positives, negatives in mined.by_query():
        if len(negatives) == mined.wanted:
            texts = [text(place) for place, _ in negatives]
            for positive, score in positives:
                more = ([score, *(s for _, s in negatives)],) if scores else ()
                yield query, text(positive), *texts, *more


def _labelled_pairs(mined: Mined, text: Callable[[int], str], scores: bool) -> Iterator[Row]:
    for query, positives, negatives in mined.by_query():
        for label, found in ((1, positives), (0, negatives)):
            for place, score in found:
                yield query, text(place), score if scores else label


def _labelled_lists(mined: Mined, text: Callable[[int], str], scores: bool) -> Iterator[Row]:
    for query, positives, negatives in mined.by_query():
        for positive in positives if negatives else ():
            found = [positive, *negatives]
            labels = [s for _, s in found] if scores else [1] + [0] * len(negatives)
            yield query, [text(place) for place, _ in found], labels


@dataclass(frozen=True)
class Shape:
    """One way to write what was mined: the columns after anchor and positive, and the rows."""

    columns: Callable[[int, bool], list[str]]
    rows: Callable[[Mined, Callable[[int], str], bool], Iterator[Row]]


SHAPES: dict[OutputFormat, Shape] = {
    "triplet": Shape(lambda n, scores: ["negative"] + ["scores"] * scores, _triplets),
    "n-tuple": Shape(
        lambda n, scores: [f"negative_{i}" for i in range(1, n + 1)] + ["scores"] * scores, _tuples
    ),
    "labeled-pair": Shape(lambda n, scores: ["score" if scores else "label"], _labelled_pairs),
    "labeled-list": Shape(lambda n, scores: ["scores" if scores else "labels"], _labelled_lists),
}
