"""The fault matrix: every row × the phases in which it can differ × the backends where it can be."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.faults import brokers, databases, disks, processes, servers
from tests.faults.backends import BACKENDS
from tests.faults.row import Cell, Row

ROWS: tuple[Row, ...] = (
    *processes.ROWS,
    *brokers.ROWS,
    *databases.ROWS,
    *disks.ROWS,
    *servers.ROWS,
)


@dataclass(frozen=True)
class Place:
    """One place of the matrix: a cell to be tried, or the reason why there is none."""

    row: Row
    phase: str
    backend: str
    cell: Cell | None
    reason: str = ""

    @property
    def id(self) -> str:
        return f"{self.row.fault} | {self.phase} | {self.backend}"


def places() -> Iterator[Place]:
    for row in ROWS:
        for phase, found in row.phases.items():
            for backend in BACKENDS:
                if isinstance(found, str):
                    yield Place(row, phase, backend, None, found)
                elif reason := (found.not_on or {}).get(backend):
                    yield Place(row, phase, backend, None, reason)
                else:
                    yield Place(row, phase, backend, found)
