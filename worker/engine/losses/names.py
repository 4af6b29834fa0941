"""What the card calls a function that a loss was given."""

from collections.abc import Callable
from functools import partial
from typing import Any

from worker.engine.similarity import SimilarityFunction

_OF_A_MODEL = {
    "similarity": SimilarityFunction.to_similarity_fn,
    "similarity_pairwise": SimilarityFunction.to_similarity_pairwise_fn,
}
"""A model's own similarities: the card names what they come down to."""


def function_name(function: Callable[..., Any]) -> str:
    """`cos_sim`; of a partial, with what it binds: `tversky_sim(alpha=0.5)`."""
    if isinstance(function, partial):
        bound = ", ".join(f"{key}={value!r}" for key, value in function.keywords.items())
        return f"{function_name(function.func)}({bound})" if bound else function_name(function.func)
    name: str = getattr(function, "__name__", type(function).__name__)
    choice = getattr(getattr(function, "__self__", None), "similarity_fn_name", None)
    return _OF_A_MODEL[name](choice).__name__ if choice and name in _OF_A_MODEL else name


def member_name(owner: type, function: Callable[..., Any]) -> str:
    """`TripletDistanceMetric.COSINE` for a function of that class, else the function's own name."""
    members = [name for name in vars(owner) if getattr(owner, name) is function]
    return f"{owner.__name__}.{members[0]}" if members else function_name(function)


def module_path(module: object) -> str:
    """`torch.nn.modules.loss.MSELoss`."""
    return f"{type(module).__module__}.{type(module).__qualname__}"
