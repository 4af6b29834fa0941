"""Evaluators from examples: how data was given before there were datasets."""

from collections.abc import Sequence
from typing import Any, Protocol


class Example(Protocol):
    """An InputExample: texts that belong together, and their label."""

    @property
    def texts(self) -> Sequence[str]: ...
    @property
    def label(self) -> Any: ...


def columns_of(examples: Sequence[Example]) -> list[list[str]]:
    """The first texts of all examples, then the second, and so on."""
    return [list(column) for column in zip(*(one.texts for one in examples), strict=True)]
