"""JSON merge patches (RFC 7396): settings with a name, laid over a recipe. Pure."""

import copy
from typing import Any


def merged(target: Any, patch: Any) -> Any:
    """`target` with `patch` laid over it: objects are merged, null removes, all else replaces."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def is_as(target: Any, patch: Any) -> bool:
    """Whether `patch` would change nothing."""
    if not isinstance(patch, dict):
        return bool(target == patch)
    return isinstance(target, dict) and all(
        (name not in target or target[name] is None)
        if value is None
        # An empty object in a patch still makes one where there was none.
        else name in target and is_as(target[name], value)
        for name, value in patch.items()
    )
