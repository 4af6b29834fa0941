"""Arguments that had another name or place once."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, TypeVar

Self = TypeVar("Self")
Result = TypeVar("Result")


def save_to_hub_args_decorator(
    func: Callable[Concatenate[Self, ...], Result],
) -> Callable[Concatenate[Self, ...], Result]:
    """Let a `save_to_hub(repo_id, organization, token, …)` be called as before it had a `token`:
    with the third argument by position taken for the fourth, and with repo_name for repo_id."""

    @wraps(func)
    def renamed(self: Self, *args: Any, **kwargs: Any) -> Result:
        if (name := kwargs.pop("repo_name", None)) is not None:
            kwargs.setdefault("repo_id", name)
        if len(args) >= 2:
            args = (*args[:2], None, *args[2:])
        return func(self, *args, **kwargs)

    return renamed
