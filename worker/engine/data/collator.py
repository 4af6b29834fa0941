"""Rows to tensors: each column tokenised apart, the label as it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import torch
from torch import Tensor

from backend.catalog.columns import LABEL_NAMES
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.data.by_column import PerColumn, for_columns
from worker.engine.data.columns import ColumnProblem, split
from worker.engine.model import SentenceTransformer
from worker.engine.model.modules import Router
from worker.engine.model.modules.module import Features


@dataclass
class SentenceTransformerDataCollator:
    """Makes a batch of rows into tensors, named as Sentence Transformers names them.

    `preprocess_fn(texts, prompt=…, task=…)` gives the features of a column, padded to its longest
    text; they are called {column}_{feature}, the label "label". `prompts` and `router_mapping` are
    by column, or by dataset and column; a single prompt is for every column, and prompts may be by
    dataset alone. `max_length`, by route or for all, is handed to `preprocess_fn` where given.
    Raises ColumnProblem for a value that is no text, or columns that can't be told apart.
    """

    preprocess_fn: Callable[..., Features]
    valid_label_columns: list[str] = field(default_factory=lambda: list(LABEL_NAMES))
    router_mapping: PerColumn = field(default_factory=dict, repr=False)
    prompts: PerColumn = field(default_factory=dict, repr=False)
    max_length: int | dict[str, int] | None = field(default=None, repr=False)

    @classmethod
    def for_model(
        cls, model: SentenceTransformer, args: SentenceTransformerTrainingArguments
    ) -> Self:
        """With the settings of `args`. Raises ValueError for a Router without router_mapping."""
        if not args.router_mapping and any(isinstance(module, Router) for module in model):
            raise ValueError(
                "This model has a Router, which must know the way of each column. Give "
                'router_mapping={"column": "query", …} in the training arguments.'
            )
        return cls(model.preprocess, router_mapping=args.router_mapping, prompts=args.prompts)

    def __call__(self, features: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        if not features:
            return {}
        names = [name for name in features[0] if name != "dataset_name"]
        columns = split(names, self.valid_label_columns)
        dataset = features[0].get("dataset_name")
        prompts = for_columns(self.prompts, columns.inputs, dataset, "prompts")
        routes = for_columns(self.router_mapping, columns.inputs, dataset, "router_mapping")
        batch: dict[str, Any] = {} if dataset is None else {"dataset_name": dataset}
        if columns.label is not None:
            batch["label"] = _label_tensor(columns.label, features)
        for name in columns.inputs:
            found = self._features(name, features, prompts.get(name), routes.get(name))
            batch |= {f"{name}_{key}": value for key, value in found.items()}
        return batch

    def _features(
        self,
        column: str,
        rows: Sequence[Mapping[str, Any]],
        prompt: str | None,
        route: str | None,
    ) -> Features:
        texts = [row[column] for row in rows]
        wrong = next((value for value in texts if not isinstance(value, str)), None)
        if wrong is not None or None in texts:
            raise ColumnProblem(
                f"The column {column!r} holds {type(wrong).__name__} where a text belongs. Remove "
                "these rows, or leave the column out: every column but the label is an input."
            )
        limit = self.max_length
        if isinstance(limit, dict):
            limit = limit.get(route or "")
        asked = {"prompt": prompt, "task": route, "max_length": limit}
        found = self.preprocess_fn(texts, **{k: v for k, v in asked.items() if v is not None})
        return dict(found) | ({} if route is None else {"task": route})


def _label_tensor(column: str, rows: Sequence[Mapping[str, Any]]) -> Tensor:
    labels = [row[column] for row in rows]
    try:
        return torch.stack(labels) if isinstance(labels[0], Tensor) else torch.tensor(labels)
    except (TypeError, ValueError, RuntimeError) as cause:
        raise ColumnProblem(
            f"The label column {column!r} isn't a number in every row, "
            "or a list of numbers of the same length."
        ) from cause
