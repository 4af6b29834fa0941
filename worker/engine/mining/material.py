"""The pairs of a dataset as queries, each once, with their positives in one corpus."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from datasets import Dataset


@dataclass(frozen=True)
class Material:
    """`positives` are, for each query, places in `corpus`. `most_rows`: how often the most frequent
    query stands in the dataset, which is at least the number of its positives."""

    queries: list[str]
    corpus: list[str]
    positives: list[list[int]]
    most_rows: int

    def pairs(self, at: range) -> list[tuple[str, str]]:
        """Each query of `at` with each of its positives."""
        return [
            (self.queries[query], self.corpus[place])
            for query in at
            for place in self.positives[query]
        ]


def read(anchors: list[str], positives: list[str], corpus: Iterable[str]) -> Material:
    """All texts once, in the order in which they first appear; positives join the corpus."""
    texts = list(dict.fromkeys([*corpus, *positives]))
    place_of = {text: place for place, text in enumerate(texts)}
    # a query with several rows has several positives; the inner dict keeps their order
    of_query: dict[str, dict[int, None]] = {}
    for anchor, positive in zip(anchors, positives, strict=True):
        of_query.setdefault(anchor, {})[place_of[positive]] = None
    return Material(
        queries=list(of_query),
        corpus=texts,
        positives=[list(places) for places in of_query.values()],
        most_rows=max(Counter(anchors).values()),
    )


def columns(dataset: Dataset, anchor: str | None, positive: str | None) -> tuple[str, str]:
    """The names of the two columns: those given, else the first and the second.

    Raises ValueError for an empty dataset, an unknown name, or a missing second column.
    """
    names = dataset.column_names
    if len(dataset) == 0:
        raise ValueError("The dataset has no rows to mine negatives for.")
    for name in (anchor, positive):
        if name is not None and name not in names:
            raise ValueError(f"The dataset has no column {name!r}; it has {names}.")
    if positive is None and len(names) < 2:
        raise ValueError(f"A second column should hold the positives; there is only {names[0]!r}.")
    return anchor or names[0], positive or names[1]
