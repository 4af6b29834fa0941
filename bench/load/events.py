"""The whole way of events: a process's spool, the supervisor's beats, the database, the stream."""

import time
from dataclasses import dataclass
from unittest import mock

from pydantic import BaseModel
from sqlalchemy import select

from backend.accounts.people import THE_PERSON
from backend.ids import JobId, WorkerId
from backend.runs import claims, jobs, outcomes
from backend.runs.claims import Claim
from backend.runs.states import JobKind, Outcome
from backend.runs.tables import Event, Run
from backend.studio import Studio
from bench.load import teller, viewers
from bench.load.a_run import RECIPE
from bench.load.places import Place
from bench.load.viewers import Heard
from worker.jobs.folder import JobFolder
from worker.supervisor import spool
from worker.supervisor.attempt import Supervision
from worker.supervisor.kinds import KINDS, Keep, Kind


class Order(BaseModel):
    """How many events the job's process shall tell."""

    events: int


@dataclass(frozen=True)
class Carried:
    """`is_exact`: the database holds every event that was told, once and in order. `heard`: what
    those who watched meanwhile saw of them."""

    is_exact: bool
    heard: Heard
    seconds: float


def carry(place: Place, events: int, watching: int) -> Carried:
    """Have a job's process tell so many events, as a training does, and see them home."""
    studio = place.studio
    with studio.database.writing() as session:
        job = jobs.enqueue(session, THE_PERSON, studio.broker, JobKind.TRAIN, {})
        run = Run(project_id=job.project_id, job_id=job.id, name="told", recipe=RECIPE)
        session.add(run)
    with studio.database.writing() as session:
        claim = claims.claim(session, ["gpu"], WorkerId.new(), 1)
    assert claim is not None, "nobody else takes jobs here"
    watched = viewers.start(place.url, run.id, watching)
    folder = JobFolder(studio.settings.jobs / claim.job_id / "attempt-1")
    folder.create(Order(events=events))
    spool.carry_on([], 0, folder.spool)
    began = time.monotonic()
    with mock.patch.dict(KINDS, {JobKind.TRAIN: _teller()}):
        ended = Supervision(studio, claim, folder).run()
    seconds = time.monotonic() - began
    assert ended.outcome is Outcome.SUCCEEDED, ended.reason
    studio.database.retrying(lambda session: outcomes.end(session, claim, ended.outcome))
    studio.broker.tell(claim.job_id)
    heard = viewers.finish(watched)
    return Carried(_is_exact(studio, claim.job_id, events), heard, seconds)


def _teller() -> Kind:
    def store(_studio: Studio, _claim: Claim, _folder: JobFolder) -> Keep:
        return lambda session: None

    return Kind(module=teller.__name__, prepare=lambda *_: Order(events=0), store=store)


def _is_exact(studio: Studio, job_id: JobId, events: int) -> bool:
    with studio.database.reading() as session:
        query = select(Event.seq, Event.kind, Event.data).where(Event.job_id == job_id)
        rows = session.execute(query.order_by(Event.seq)).all()
    steps = [row.data["step"] for row in rows if row.kind == "metrics"]
    numbers = [row.seq for row in rows]
    return steps == list(range(events)) and numbers == list(range(1, len(rows) + 1))
