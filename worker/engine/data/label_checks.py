"""Is the label column what the loss compares with? Kinds and ranges come from its catalogue row."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from torch import nn

from backend.catalog.columns import NEAR_ONE
from backend.catalog.losses import LOSSES
from backend.catalog.rows import Accepts, Label
from worker.engine.data.arrow import is_list
from worker.engine.data.columns import ColumnProblem
from worker.engine.losses.loss import Loss

log = logging.getLogger(__name__)


def forms_of(loss: nn.Module) -> Sequence[Accepts] | None:
    """What `loss` takes by its row, a wrapper what it wraps; None for a loss that isn't ours."""
    row = LOSSES.get(type(loss).__name__)
    if row is None or not isinstance(loss, Loss):
        return None
    inner = getattr(loss, "loss", None)
    return forms_of(inner) if row.wraps and isinstance(inner, nn.Module) else row.accepts


def check_label(
    column: pa.ChunkedArray | None,
    name: str | None,
    forms: Sequence[Accepts] | None,
    loss: nn.Module,
    inputs: int,
) -> None:
    """Raise ColumnProblem for a label column that isn't one, or not one for `loss`.

    `column` is None where there is no label; what `forms` don't need may be there all the same.
    """
    takes = None if forms is None else [form for form in forms if form.takes(inputs)]
    if column is None or name is None:
        if takes is not None and all(form.label is not Label.NONE for form in takes):
            raise ColumnProblem(
                f"{type(loss).__name__} needs a label in every row ({_wanted(takes)}). Name that "
                "column label or score, or choose a loss that learns from texts alone."
            )
        return
    width = _check_numbers(column, name)
    if takes is None or all(form.label is Label.NONE for form in takes):
        return
    kinds = _kinds(column.type)
    able = [f for f in takes if f.takes(inputs, width) and f.label in kinds]
    if not able:
        told = f"lists of {width} numbers" if width is not None else f"values of {column.type}"
        raise ColumnProblem(
            f"{type(loss).__name__} needs {_wanted(takes)} beside {inputs} texts; the label column "
            f"{name!r} holds {told}, in row 0: {_shown(column[0].as_py())}."
        )
    found = [_misfit(column, form.label, loss) for form in able]
    usable = [form for form, row in zip(able, found, strict=True) if row is None]
    if not usable:
        row = found[0]
        raise ColumnProblem(
            f"{type(loss).__name__} needs {_range(able[0].label, loss)} as its label; the column "
            f"{name!r} holds {_shown(column[row].as_py())} in row {row}."
        )
    _warn_of_range(column, name, usable[0], loss)


def _check_numbers(column: pa.ChunkedArray, name: str) -> int | None:
    """Raise unless all are numbers, or lists of numbers of one length, which is returned."""
    _refuse(column.is_null(), name, "has no label (None)", column)
    values, width = column, None
    while is_list(values.type):
        lengths = pc.list_value_length(values)
        if values is column:
            width = int(lengths[0].as_py()) if len(column) else 0
        first = lengths[0] if len(lengths) else 0
        told = f"holds a list that isn't as long as that of row 0 ({first})"
        _refuse(pc.not_equal(lengths, first), name, told, column)
        values = pc.list_flatten(values)
    if not _is_number(values.type):
        raise ColumnProblem(
            f"the label column {name!r} holds {column.type} where numbers belong, in row 0: "
            f"{_shown(column[0].as_py()) if len(column) else 'nothing'}. Give classes as numbers "
            f"from 0 (dataset.class_encode_column({name!r}))."
        )
    if pa.types.is_floating(values.type) and len(values):
        bad = pc.invert(pc.is_finite(values))
        per_row = len(values) // len(column)
        if (place := int(pc.index(pc.fill_null(bad, True), True).as_py())) >= 0:
            raise ColumnProblem(
                f"the label column {name!r} holds {values[place].as_py()} in row "
                f"{place // per_row}. Leave such rows out, or give them a number."
            )
    return width


def _refuse(is_wrong: Any, name: str, told: str, column: pa.ChunkedArray) -> None:
    if (row := int(pc.index(is_wrong, True).as_py())) >= 0:
        raise ColumnProblem(f"the label column {name!r} {told} in row {row}. Mend or drop it.")


def _is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
    )


def _kinds(kind: pa.DataType) -> set[Label]:
    """What a column of this type can serve as, its values not yet seen."""
    if is_list(kind):
        if is_list(kind.value_type):
            return {Label.EMBEDDINGS}
        return {Label.SCORES, Label.PROBABILITIES, Label.EMBEDDING}
    if pa.types.is_floating(kind):
        return {Label.SCORE, Label.BINARY}
    return {Label.BINARY, Label.CLASS} | ({Label.SCORE} if pa.types.is_integer(kind) else set())


def _no_shares(lists: pa.ChunkedArray, loss: nn.Module) -> Any:
    """Only cross-entropy asks for probabilities; a `loss_fct` of a person's own takes what it takes."""
    if not isinstance(getattr(loss, "loss_fct", None), nn.CrossEntropyLoss) or not len(lists):
        return pa.array([False] * len(lists))
    values_RL = np.asarray(pc.list_flatten(lists), dtype=np.float64).reshape(len(lists), -1)
    return pa.array((values_RL < 0).any(axis=1) | (abs(values_RL.sum(axis=1) - 1) >= NEAR_ONE))


_MISFITS: dict[Label, Callable[[Any, nn.Module], Any]] = {
    Label.BINARY: lambda v, _: pc.and_(pc.not_equal(v, 0), pc.not_equal(v, 1)),
    Label.CLASS: lambda v, loss: pc.or_(pc.less(v, 0), pc.greater_equal(v, _classes(loss))),
    Label.PROBABILITIES: _no_shares,
}
"""Which values are outside of the kind; those that aren't here have no bounds."""


def _misfit(column: pa.ChunkedArray, label: Label, loss: nn.Module) -> int | None:
    """The first row whose value isn't of the kind; None if all are."""
    if label not in _MISFITS:
        return None
    values = column.cast(pa.int64()) if pa.types.is_boolean(column.type) else column
    row = int(pc.index(_MISFITS[label](values, loss), True).as_py())
    return None if row < 0 else row


def _classes(loss: nn.Module) -> float:
    count = getattr(loss, "num_labels", None)
    return count if isinstance(count, int) else float("inf")


def _range(label: Label, loss: nn.Module) -> str:
    if label is Label.BINARY:
        return "0 or 1"
    if label is Label.PROBABILITIES:
        return "a probability for each class, which sum to 1,"
    most = _classes(loss)
    return f"a class from 0 to {most - 1:g}" if most < float("inf") else "a class from 0 on"


def _warn_of_range(column: pa.ChunkedArray, name: str, form: Accepts, loss: nn.Module) -> None:
    bounds = form.between
    if bounds is None or not len(column):
        return
    found = pc.min_max(column)
    low, high = found["min"].as_py(), found["max"].as_py()
    if low < bounds[0] or high > bounds[1]:
        log.warning(
            "%s compares labels with values from %s to %s; %s goes from %s to %s. Scale it, unless "
            "you transform what is compared.",
            type(loss).__name__,
            *bounds,
            name,
            low,
            high,
        )


def _wanted(forms: Sequence[Accepts]) -> str:
    return " or ".join(dict.fromkeys(f"a {form.label.value}" for form in forms))


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
