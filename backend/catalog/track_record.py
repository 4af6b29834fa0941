"""What became of the recipes that the rules propose, on real data: `make bench-recipes` writes it."""

from pathlib import Path

from pydantic import BaseModel, TypeAdapter

FILE = Path(__file__).with_name("track_record.json")


class Record(BaseModel, frozen=True):
    """One dataset. `before` and `after` are of what is proposed for all its `rows`, proved on `items`
    of what `of` says (questions, pairs). `regret` is of another training: of what is proposed for 700
    of its rows, beside which the best of as many as `recipes` was better by so much."""

    dataset: str
    goal: str | None
    loss: str
    rows: int
    items: int
    of: str
    metric: str
    before: float
    after: float
    ci95: tuple[float, float]
    recipes: int
    regret: float


def tried_with(loss: str | None, goal: str | None) -> list[Record]:
    """The records of a loss; where it has none, those of the same goal."""
    of_loss = [record for record in TRACK_RECORD if record.loss == loss]
    return of_loss or [
        record for record in TRACK_RECORD if goal is not None and record.goal == goal
    ]


TRACK_RECORD: tuple[Record, ...] = tuple(TypeAdapter(list[Record]).validate_json(FILE.read_bytes()))
