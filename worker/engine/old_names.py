"""Parameters that go by another name in scripts from before."""

import warnings
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def once_called(**names: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a function take `old=…` for `new=…`, as `once_called(old="new")`; it warns then.

    Where both are given, the new one counts.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            for old, new in names.items():
                if old in kwargs:
                    warnings.warn(f"{old} is now called {new}.", FutureWarning, stacklevel=2)
                    kwargs.setdefault(new, kwargs.pop(old))
            return function(*args, **kwargs)

        return call

    return decorate
