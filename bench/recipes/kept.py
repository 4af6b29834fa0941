"""What each cell gave, a line of JSON each: a run of the whole that is cut goes on where it was."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel


class Cell(BaseModel, frozen=True):
    """One dataset, one way, one seed; `rows` is how many there were in all."""

    dataset: str
    way: str
    seed: int
    rows: int

    @property
    def key(self) -> str:
        return f"{self.dataset}, {self.way}, seed {self.seed}, {self.rows} rows"


class Outcome(BaseModel, frozen=True):
    """As the verdict of the run has it."""

    cell: Cell
    metric: str
    items: int
    before: float
    after: float
    ci95: tuple[float, float]
    sentence: str
    seconds: float
    recipe: dict[str, Any]


class Kept:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._found = {outcome.cell: outcome for outcome in self._read()}

    def get(self, cell: Cell) -> Outcome | None:
        return self._found.get(cell)

    def add(self, outcome: Outcome) -> None:
        with self._file.open("a", encoding="utf-8") as file:
            file.write(outcome.model_dump_json() + "\n")
        self._found[outcome.cell] = outcome

    def _read(self) -> Iterator[Outcome]:
        if not self._file.exists():
            return
        for line in self._file.read_text(encoding="utf-8").splitlines():
            try:
                yield Outcome.model_validate_json(line)
            except ValueError:
                continue  # a line that was being written when somebody pulled the plug
