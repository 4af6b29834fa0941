"""What makes the engine faster and can be switched off, one by one: the numbers stay the same.

LIKEWISE_LEVERS_OFF=packing,kept_graphs names those that are off, from a process's start; the tests
run with each of them on and off.
"""

import os
from functools import cache

VARIABLE = "LIKEWISE_LEVERS_OFF"
PACKING, JOINED_COLUMNS, EMBEDDING_GRADIENT, KEPT_GRAPHS = ALL = (
    "packing",
    "joined_columns",
    "embedding_gradient",
    "kept_graphs",
)


@cache
def _off() -> frozenset[str]:
    """Raises ValueError for a name that is no lever."""
    named = frozenset(filter(None, os.environ.get(VARIABLE, "").split(",")))
    if unknown := named - set(ALL):
        raise ValueError(f"{VARIABLE} knows {', '.join(ALL)}; not {', '.join(sorted(unknown))}.")
    return named


def is_on(lever: str) -> bool:
    return lever not in _off()
