"""From the names and values of a recipe to a loss: JSON has no functions."""

from collections.abc import Mapping
from typing import Any

from worker.engine import losses
from worker.engine.encoder import Encoder
from worker.engine.losses.loss import Loss

LOSSES: dict[str, type[Loss]] = {
    name: value
    for name, value in vars(losses).items()
    if isinstance(value, type) and issubclass(value, Loss) and value is not Loss
}


def make(name: str, model: Encoder, parameters: Mapping[str, Any]) -> Loss:
    """The loss of that name over `model`.

    `parameters` are JSON values that were checked against the catalogue's row: a function is given
    by its name, such as "dot_score". Raises KeyError for a loss that we don't have.
    """
    kind = LOSSES[name]
    values = {
        key: getattr(kind.functions[key], value) if key in kind.functions else value
        for key, value in parameters.items()
    }
    return kind(model, **values)
