"""From the names and values of a recipe to a loss: JSON has no functions."""

from collections.abc import Callable, Mapping
from typing import Any

from worker.engine import losses, similarity
from worker.engine.encoder import Encoder
from worker.engine.losses.loss import Loss
from worker.engine.losses.triplet import TripletDistanceMetric

LOSSES: dict[str, type[Loss]] = {
    name: value
    for name, value in vars(losses).items()
    if isinstance(value, type) and issubclass(value, Loss) and value is not Loss
}

_FUNCTIONS: dict[str, Callable[[str], Any]] = {
    "similarity_fct": lambda name: getattr(similarity, name),
    "distance_metric": lambda name: getattr(TripletDistanceMetric, name),
}
"""How the named value of a parameter becomes a function; the catalogue lists the names."""


def make(name: str, model: Encoder, parameters: Mapping[str, Any]) -> Loss:
    """The loss of that name over `model`.

    `parameters` are JSON values that were checked against the catalogue's row: a function is given
    by its name, such as "dot_score". Raises KeyError for a loss that we don't have.
    """
    values = {
        key: _FUNCTIONS[key](value) if key in _FUNCTIONS else value
        for key, value in parameters.items()
    }
    return LOSSES[name](model, **values)
