"""A row of the fault matrix: what breaks, what must be true after, and where it is tried."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.faults.stage import Cast, Stage

Act = Callable[[Stage], Cast | None]
"""Breaks something and waits for the end that must come; None where there is no run to speak of."""


@dataclass(frozen=True)
class Cell:
    """What is done in one phase. `not_on`: why it can't be on a backend, by its name. `ranks`: of
    the training. `in_ci`: `make test-slow` does it too."""

    act: Act
    not_on: Mapping[str, str] | None = None
    ranks: int = 1
    in_ci: bool = False


@dataclass(frozen=True)
class Row:
    """`phases` by name: a cell, or the sentence that says why there is none. `is_core`: one of the
    ten rows of processes and database that a soak repeats most."""

    fault: str
    right: str
    phases: Mapping[str, Cell | str]
    is_core: bool = False


NO_SERVER = {"embedded": "SQLite is a file: there is no server and no line that could break."}
