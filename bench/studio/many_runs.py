"""Ten thousand runs, made of one that was really trained: its rows again, with other ids."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

import backend.tables  # noqa: F401 - rows refer to tables of all features
from backend.ids import EvaluationId, JobId, ModelId, RunId
from backend.models.tables import Model
from backend.proof.tables import Evaluation
from backend.runs.tables import Attempt, CurvePiece, Event, Job, Run, RunVersion
from backend.settings import Settings
from backend.studio import Studio

_AT_ONCE = 100

NEW: dict[str, Callable[[], Any]] = {
    "job_id": JobId.new,
    "run_id": RunId.new,
    "model_id": ModelId.new,
    "evaluation_id": EvaluationId.new,
}
OWN_ID = {Job: "job_id", Run: "run_id", Model: "model_id", Evaluation: "evaluation_id"}
"""What the column `id` of these is called where others name it."""

IN_TURN = (Job, Attempt, Event, CurvePiece, Run, RunVersion, Model, Evaluation)


def copy(settings: Settings, run_id: str, count: int) -> None:
    """So many more of this run, with all that belongs to each."""
    studio = Studio.open(settings)
    with studio.database.reading() as session:
        found = {table: _rows(session, table, RunId(run_id)) for table in IN_TURN}
    for start in range(0, count, _AT_ONCE):
        copies = range(start, min(start + _AT_ONCE, count))
        ids = [{name: new() for name, new in NEW.items()} for _ in copies]
        with studio.database.writing() as session:
            for table, rows in found.items():
                again = [_renamed(table, row, each) for each in ids for row in rows]
                session.execute(insert(_of(table)), again)
    studio.close()


def _of(table: type[Any]) -> Table:
    made: Table = table.__table__
    return made


def _rows(session: Session, table: type[Any], run_id: RunId) -> list[dict[str, Any]]:
    run = session.get_one(Run, run_id)
    columns = _of(table).c
    belongs = {
        Job: columns.get("id") == run.job_id,
        Run: columns.get("id") == run_id,
        Model: columns.get("id") == run.model_id,
        Evaluation: columns.get("model_id") == run.model_id,
        RunVersion: columns.get("run_id") == run_id,
    }
    is_its_own = belongs.get(table, columns.get("job_id") == run.job_id)
    return [dict(row._mapping) for row in session.execute(select(_of(table)).where(is_its_own))]


def _renamed(table: type[Any], row: dict[str, Any], ids: dict[str, Any]) -> dict[str, Any]:
    named = {name: ids[name] for name in ids if name in row}
    return row | named | ({"id": ids[OWN_ID[table]]} if table in OWN_ID else {})
