"""What can be said of a dataset without showing a row of it."""

import logging
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any

from worker.engine.card.facts import Column, DatasetFacts
from worker.engine.card.losses import facts_of

log = logging.getLogger(__name__)

LOOKED_AT = 100
"""Rows whose lengths and values are measured."""

EXAMPLES = 3
LONGEST_EXAMPLE = 1000  # characters
HUB = "hf://datasets/"
COMMIT = 40  # characters of a commit's name

Count = Callable[[Sequence[str]], list[int]]
"""The number of tokens of each text."""


def describe(
    dataset: Any,
    name: str,
    loss: Any,
    told: Mapping[str, str],
    count_tokens: Count | None,
    with_examples: bool,
) -> DatasetFacts:
    """The facts of `dataset`; `told` is what its author says of it and counts first.

    Whatever is odd about the rows, something comes of it: a card never breaks a training.
    """
    rows: list[dict[str, Any]] = []
    try:
        size = len(dataset) if hasattr(dataset, "__len__") else None
        if size is not None:
            rows = [dict(dataset[i]) for i in range(min(size, LOOKED_AT))]
    except Exception as problem:  # a transform of the user's may fail in any way
        log.warning("the card can't tell of the rows of a dataset: %s", type(problem).__name__)
        size = None
    names = list(rows[0]) if rows else list(getattr(dataset, "column_names", None) or ())
    columns = tuple(str(column) for column in names if column != "dataset_name")
    hub_id, revision = _from_the_hub(dataset)
    return DatasetFacts(
        name=told.get("name") or told.get("id") or name or _own_name(dataset),
        id=told.get("id") or hub_id,
        revision=told.get("revision") or revision,
        size=size,
        columns=columns,
        statistics={c: column([row.get(c) for row in rows], count_tokens) for c in columns}
        if rows
        else {},
        loss=None if loss is None else facts_of(loss),
        examples=_examples(rows, columns) if with_examples else (),
    )


def column(values: Sequence[Any], count_tokens: Count | None = None) -> Column:
    """What `values` are like. Those that are missing are left out."""
    there = [value for value in values if value is not None]
    if not there:
        return Column("empty", {})
    first = there[0]
    if isinstance(first, str):
        return Column("string", _lengths([v for v in there if isinstance(v, str)], count_tokens))
    if isinstance(first, (bool, int)):
        return Column(type(first).__name__, _shares(there))
    if isinstance(first, float):
        numbers = [float(v) for v in there if isinstance(v, (int, float)) and math.isfinite(v)]
        return Column("float", _spread(numbers, lambda value: str(round(value, 2))))
    if isinstance(first, (list, tuple)):
        sizes = [len(v) for v in there if isinstance(v, (list, tuple))]
        if min(sizes) == max(sizes):
            return Column("list", {"size": f"{sizes[0]} elements"})
        return Column("list", _spread(sizes, lambda value: f"{round(value, 2)} elements"))
    return Column(type(first).__name__, {})


def _lengths(texts: list[str], count_tokens: Count | None) -> dict[str, str]:
    try:
        if count_tokens is not None:
            return _spread(count_tokens(texts), lambda value: f"{round(value, 2)} tokens")
    except Exception as problem:  # somebody's own first module
        log.debug("the card counts characters: %s", type(problem).__name__)
    return _spread([len(t) for t in texts], lambda value: f"{round(value, 2)} characters")


def _spread(values: Sequence[float], words: Callable[[float], str]) -> dict[str, str]:
    if not values:
        return {}
    mean = sum(values) / len(values)
    return {"min": words(min(values)), "mean": words(mean), "max": words(max(values))}


def _shares(values: Sequence[Any]) -> dict[str, str]:
    counts = Counter(value for value in values if isinstance(value, (bool, int)))
    about = "~" if len(counts) > 1 else ""
    return {str(v): f"{about}{counts[v] / len(values):.2%}" for v in sorted(counts)}


def _examples(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> tuple[Any, ...]:
    return tuple({c: _shown(row.get(c)) for c in columns} for row in islice(rows, EXAMPLES))


def _shown(value: Any) -> str:
    if isinstance(value, (list, tuple)) and len(value) > 5:
        return f"{str(list(value[:5]))[:-1]}, …]"
    text = str(value)
    return text if len(text) <= LONGEST_EXAMPLE else f"{text[:LONGEST_EXAMPLE]}…"


def _own_name(dataset: Any) -> str:
    return getattr(getattr(dataset, "info", None), "dataset_name", None) or ""


def _from_the_hub(dataset: Any) -> tuple[str | None, str | None]:
    """The Hub's id and commit of a dataset, which the addresses of its files tell."""
    source = next(iter(getattr(dataset, "download_checksums", None) or ()), "")
    if not source.startswith(HUB) or "@" not in source:
        return None, None
    hub_id, _, rest = source.removeprefix(HUB).partition("@")
    commit = rest.split("/")[0]
    return hub_id, commit if len(commit) == COMMIT else None
