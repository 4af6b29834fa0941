"""Rows to tensors: each column tokenised apart, the label as it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
from torch import Tensor

from worker.engine.data.columns import ColumnProblem, Columns, split
from worker.engine.model.modules.module import Features

PromptSetting: TypeAlias = str | Mapping[str, str] | None
"""One prompt for all columns, or one a column."""


@dataclass(frozen=True)
class ColumnCollator:
    """Makes a batch of rows into `sentence_features` (one dict of tensors a column) and `labels`.

    `tokenize(texts, prompt)` pads to the longest text of that column.
    Raises ColumnProblem for a value that is no text, or columns that can't be told apart.
    """

    tokenize: Callable[[Sequence[str], str | None], Features]
    prompts: PromptSetting = None

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        columns = split(rows[0])
        batch: dict[str, Any] = {
            "sentence_features": [self._tokens(name, rows) for name in columns.inputs]
        }
        if columns.label is not None:
            batch["labels"] = _label_tensor(rows, columns)
        return batch

    def _tokens(self, column: str, rows: Sequence[Mapping[str, Any]]) -> Features:
        texts = [row[column] for row in rows]
        wrong = next((value for value in texts if not isinstance(value, str)), None)
        if wrong is not None or None in texts:
            raise ColumnProblem(
                f"The column {column!r} holds {type(wrong).__name__} where a text belongs. Remove "
                "these rows, or leave the column out: every column but the label is an input."
            )
        return self.tokenize(texts, self._prompt(column))

    def _prompt(self, column: str) -> str | None:
        if self.prompts is None or isinstance(self.prompts, str):
            return self.prompts
        return self.prompts.get(column)


def _label_tensor(rows: Sequence[Mapping[str, Any]], columns: Columns) -> Tensor:
    labels = [row[columns.label or ""] for row in rows]
    try:
        return torch.stack(labels) if isinstance(labels[0], Tensor) else torch.tensor(labels)
    except (TypeError, ValueError, RuntimeError) as cause:
        raise ColumnProblem(
            f"The label column {columns.label!r} isn't a number in every row, "
            "or a list of numbers of the same length."
        ) from cause
