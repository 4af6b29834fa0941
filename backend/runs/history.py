"""What a run's page shows before the stream takes over: its curves, the newest lines of the log."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.runs.curves import Curve
from backend.runs.log_lines import lines
from backend.runs.metrics import drawn
from backend.runs.schemas import EventOut
from backend.runs.tables import Run

MOST_LINES = 300


@dataclass(frozen=True, kw_only=True)
class History:
    """Everything up to event `last_seq`; the stream goes on after it."""

    curves: dict[str, Curve]
    lines: list[EventOut]
    last_seq: int


def history(session: Session, run: Run, keys: Sequence[str]) -> History:
    """`keys` are the figures that are to be drawn."""
    last_seq = run.job.last_seq
    found = lines(session, run.job_id, MOST_LINES, upto=last_seq)
    return History(
        curves=curves_of(session, run, keys),
        lines=[EventOut.model_validate(event) for event in found],
        last_seq=last_seq,
    )


def curves_of(session: Session, run: Run, keys: Sequence[str]) -> dict[str, Curve]:
    """The curves alone, by the names of their figures."""
    return {each.curve.key: each.curve for each in drawn(session, run.job_id, keys)}
