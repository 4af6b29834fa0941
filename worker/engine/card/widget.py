"""Texts that show what a model does: those of the Hub's widget and of the usage example."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

WIDGETS = 5
TEXTS = 4  # of a widget: one, and three to hold against it
LOOKED_AT = 1000  # rows, of which the shortest are taken

SENTENCES = [
    "The weather is lovely today.",
    "It's so sunny outside!",
    "He drove to the stadium.",
]
QUERY_AND_DOCUMENTS = [
    "Which planet is known as the Red Planet?",
    "Mars is called the Red Planet because iron oxide colours its surface.",
    "Venus is so near to Earth in size and mass that people call it a twin.",
    "Saturn is known for its rings of ice and rock.",
]


def examples(dataset: Any) -> tuple[list[dict[str, Any]], list[str]]:
    """Widgets of the shortest rows of `dataset`, and the texts of the first one."""
    rows = sorted(_texts_of(dataset), key=lambda texts: sum(map(len, texts)))
    widgets = [_with_others(row, rows) for row in rows[:WIDGETS]]
    made = [
        {"source_sentence": texts[0], "sentences": texts[1:]}
        for texts in widgets
        if len(texts) == TEXTS
    ]
    return made, (widgets[0] if made else [])


def _texts_of(dataset: Any) -> list[list[str]]:
    if not hasattr(dataset, "__len__"):
        return []  # what streams is read once, and by the training
    rows: Iterable[Any] = (dataset[i] for i in range(min(len(dataset), LOOKED_AT)))
    texts = [[v for v in row.values() if isinstance(v, str)] for row in rows]
    return [row for row in texts if row and all(row)]


def _with_others(row: list[str], rows: list[list[str]]) -> list[str]:
    others = (other[-1] for other in rows if other is not row)
    return list(islice(dict.fromkeys([*row, *others]), TEXTS))


def token_counter(model: Any) -> Callable[[Sequence[str]], list[int]]:
    """What counts the tokens of texts as `model` reads them."""

    def count(texts: Sequence[str]) -> list[int]:
        mask = model.preprocess(list(texts))["attention_mask"]
        numbers: list[int] = mask.sum(dim=1).tolist()
        return numbers

    return count
