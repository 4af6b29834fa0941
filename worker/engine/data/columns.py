"""Which column is the label, and which are inputs."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from backend.catalog.columns import LABEL_NAMES

log = logging.getLogger(__name__)

RESERVED = ("dataset_name", "return_loss")
"""The trainer uses these words for itself."""

_USUAL_ORDERS = (
    ("anchor", "positive", "negative"),
    ("question", "answer"),
    ("query", "response"),
    ("hypothesis", "entailment", "contradiction"),
)


class ColumnProblem(ValueError):
    """A table can't be trained on as it is."""


@dataclass(frozen=True)
class Columns:
    """The input columns in their order, and the label column if there is one."""

    inputs: tuple[str, ...]
    label: str | None


def split(names: Iterable[str], label_names: Sequence[str] = LABEL_NAMES) -> Columns:
    """Sort column names by the rule: one of `label_names` is the label, the rest are inputs.

    Raises ColumnProblem for two labels, none but a label, or a reserved name.
    """
    names = list(names)
    labels = [name for name in names if name in label_names]
    inputs = tuple(name for name in names if name not in label_names)
    if len(labels) > 1:
        raise ColumnProblem(
            f"The columns {' and '.join(labels)} could each be the label. Keep one: "
            f"dataset.remove_columns({labels[1]!r}), or rename it if it is an input."
        )
    if reserved := [name for name in inputs if name in RESERVED]:
        raise ColumnProblem(
            f"Rename the column {reserved[0]!r}: the trainer uses that word itself."
        )
    if not inputs:
        raise ColumnProblem(
            f"There is no input column; the columns are {', '.join(names) or 'none'}."
        )
    return Columns(inputs, labels[0] if labels else None)


def warn_of_unusual(columns: Columns) -> None:
    """Log what is allowed but seldom meant: ids as texts, and names in another order than usual."""
    if ids := [n for n in columns.inputs if n == "id" or n.endswith(("_id", "_ids", "_idx"))]:
        log.warning(
            "The columns %s look like ids and will be trained on as texts. Put texts in their "
            "place (util.resolve_ids), or remove them.",
            ", ".join(ids),
        )
    for usual in _USUAL_ORDERS:
        known = {name: place for place, name in enumerate(usual)}
        if any(known.get(name, place) != place for place, name in enumerate(columns.inputs)):
            log.warning(
                "The columns come as %s; usually it is %s. Losses go by the order, not the names: "
                "dataset.select_columns(%s) changes it.",
                ", ".join(columns.inputs),
                ", ".join(usual),
                list(usual),
            )
