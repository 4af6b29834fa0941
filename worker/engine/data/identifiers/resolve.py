"""Ids become texts when a batch is read: a transform for `datasets`."""

import ast
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from worker.engine.data.identifiers.lookup import IdPlaces, Lookup, read_lookup

log = logging.getLogger(__name__)

Batch: TypeAlias = dict[str, Any]
OutputFormat: TypeAlias = Literal["columns", "lists"]

LABELS = ("label", "labels", "score", "scores")
SINGULAR = {"_ids": "", "_id": "", "_idx": ""}
PLURAL = {"y_ids": "ies", "_ids": "s", "_id": "", "_idx": ""}


def resolve_ids(
    lookups: dict[str, Any],
    keep_columns: list[str] | tuple[str, ...] = LABELS,
    max_list_length: int | None = None,
    output_format: OutputFormat = "columns",
) -> Callable[[Batch], Batch]:
    """A transform of batches of ids to batches of texts, for `dataset.set_transform`, or for
    `dataset.map(…, batched=True, remove_columns=list(lookups))`.

    `lookups`: {column of ids: dataset, (dataset, id column) or (dataset, id column, value column)},
    in the order that the texts shall have. A column may hold one id a row ("query_id" becomes
    "query") or a list: "document_ids" becomes document_1, document_2 … ("columns"; all rows of one
    length) or one column of lists ("lists"). `max_list_length` keeps the first of each list.
    `keep_columns` come along as they are; all others are dropped, since a loss reads each column.
    Raises ValueError or TypeError here for lookups that can't be told, later KeyError for an
    unknown id. The transform can be pickled.
    """
    if isinstance(keep_columns, str):
        raise TypeError(f"keep_columns is a list of names, not the text {keep_columns!r}.")
    if max_list_length is not None and max_list_length < 1:
        raise ValueError(f"max_list_length is {max_list_length}; it is 1 or more, or None.")
    if output_format not in get_args(OutputFormat):
        raise ValueError(f'output_format is "columns" or "lists", not {output_format!r}.')
    known: dict[tuple[int, str], IdPlaces] = {}
    tables = tuple(read_lookup(column, given, known) for column, given in lookups.items())
    for table in tables:
        if shadowed := table.places.rows - len(table.places):
            log.warning(
                "lookups[%r] has %d ids twice; the last row of each counts.", table.column, shadowed
            )
    return _Transform(tables, tuple(keep_columns), max_list_length, output_format)


@dataclass(frozen=True)
class _Transform:
    lookups: tuple[Lookup, ...]
    keep_columns: tuple[str, ...]
    max_list_length: int | None
    output_format: OutputFormat

    def __call__(self, batch: Batch) -> Batch:
        resolved: Batch = {}
        for lookup in self.lookups:
            column = self._shortened(_plain_lists(_column(batch, lookup.column), lookup.column))
            for name, values in self._resolve(lookup, column).items():
                _add(resolved, name, values)
        for name in self.keep_columns:
            if name in batch:
                _add(resolved, name, self._shortened(_plain_lists(batch[name], name)))
        return resolved

    def _resolve(self, lookup: Lookup, column: list[Any]) -> Batch:
        if not column or not isinstance(column[0], (list, tuple)):
            return {_renamed(lookup.column, SINGULAR): lookup.take(column)}
        values = iter(lookup.take([key for row in column for key in row]))
        rows = [[next(values) for _ in row] for row in column]
        if self.output_format == "lists":
            return {_renamed(lookup.column, PLURAL): rows}
        lengths = sorted({len(row) for row in rows})
        if len(lengths) != 1 or lengths == [0]:
            raise ValueError(
                f"Lists of column {lookup.column!r} have the lengths {lengths}; as columns they "
                'need one, above 0. Set max_list_length, drop such rows, or output_format="lists".'
            )
        name = _renamed(lookup.column, SINGULAR)
        return {f"{name}_{n}": list(place) for n, place in enumerate(zip(*rows, strict=True), 1)}

    def _shortened(self, column: Sequence[Any]) -> Any:
        is_of_rows = len(column) and hasattr(column[0], "__len__")
        if self.max_list_length is None or not is_of_rows or isinstance(column[0], (str, bytes)):
            return column
        return [row[: self.max_list_length] for row in column]


def _column(batch: Any, name: str) -> list[Any]:
    column = batch[name] if isinstance(batch, Mapping) else None  # a format may give a DataFrame
    if not isinstance(column, list):
        raise TypeError(
            f"Column {name!r} comes as a {type(batch if column is None else column).__name__}: the "
            "dataset has a format. Call dataset.with_format(None) before this transform."
        )
    return column


def _plain_lists(column: Any, name: str) -> Any:
    """Lists that were stored as text, as some datasets do, as lists."""
    is_text = len(column) > 0 and isinstance(column[0], str) and column[0].lstrip().startswith("[")
    return [_read_list(text, name) for text in column] if is_text else column


def _read_list(text: str, name: str) -> list[Any]:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        value = None
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"Column {name!r} holds lists as text, but not here: {text[:100]!r}")
    return list(value)


def _renamed(column: str, endings: dict[str, str]) -> str:
    for ending, instead in endings.items():
        if column.endswith(ending):
            return column.removesuffix(ending) + instead
    return column


def _add(resolved: Batch, name: str, values: Any) -> None:
    if name in resolved:
        raise ValueError(f"Two columns would be named {name!r}; rename one of the columns of ids.")
    resolved[name] = values
