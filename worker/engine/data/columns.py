"""Which column is the label, and which are inputs."""

from collections.abc import Iterable
from dataclasses import dataclass

from backend.catalog.columns import LABEL_NAMES

RESERVED = ("dataset_name", "return_loss")
"""The trainer uses these words for itself."""


class ColumnProblem(ValueError):
    """A table can't be trained on as its columns are named."""


@dataclass(frozen=True)
class Columns:
    """The input columns in their order, and the label column if there is one."""

    inputs: tuple[str, ...]
    label: str | None


def split(names: Iterable[str]) -> Columns:
    """Sort column names by the rule: label, labels, score or scores is the label, the rest inputs.

    Raises ColumnProblem for two labels, none but a label, or a reserved name.
    """
    names = list(names)
    labels = [name for name in names if name in LABEL_NAMES]
    inputs = tuple(name for name in names if name not in LABEL_NAMES)
    if len(labels) > 1:
        raise ColumnProblem(
            f"The columns {' and '.join(labels)} could each be the label. Keep one: "
            f"dataset.remove_columns({labels[1]!r}), or rename it if it is an input."
        )
    if not inputs:
        raise ColumnProblem(
            f"There is no input column; the columns are {', '.join(names) or 'none'}."
        )
    if reserved := [name for name in inputs if name in RESERVED]:
        raise ColumnProblem(
            f"Rename the column {reserved[0]!r}: the trainer uses that word itself."
        )
    return Columns(inputs, labels[0] if labels else None)
