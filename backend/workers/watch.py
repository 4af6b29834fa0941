"""Who of the workers is gone: judged by how long this process has seen a beat stand still."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.ids import WorkerId
from backend.studio import Studio
from backend.webhooks.kinds import WebhookKind
from backend.webhooks.outbox import announce
from backend.workers.tables import Worker

IDLE_BEATS = 10
"""A worker says that it is there each time so many beats of a job could have passed."""


class WorkerWatch:
    """One of the reconciler's rounds: marks workers offline. No clock of the day decides."""

    def __init__(self, lost_seconds: float) -> None:
        self._lost_seconds = lost_seconds
        self._seen: dict[WorkerId, tuple[int, float]] = {}

    def __call__(self, studio: Studio, now: float) -> None:
        with studio.database.reading() as session:
            query = select(Worker.id, Worker.beat).where(Worker.is_online)
            beats = {row.id: row.beat for row in session.execute(query)}
        self._seen = {
            worker_id: (beat, now)
            if self._seen.get(worker_id, (None, now))[0] != beat
            else self._seen[worker_id]
            for worker_id, beat in beats.items()
        }
        for worker_id, (beat, since) in self._seen.items():
            if now - since >= self._lost_seconds:
                _mark(studio, worker_id, beat)


def _mark(studio: Studio, worker_id: WorkerId, beat: int) -> None:
    """Compare and set: a worker that has beaten since stays online."""
    studio.database.retrying(lambda session: _go(session, worker_id, beat))


def _go(session: Session, worker_id: WorkerId, beat: int) -> None:
    gone = update(Worker).where(Worker.id == worker_id, Worker.beat == beat, Worker.is_online)
    if session.scalar(gone.values(is_online=False).returning(Worker.id)) is not None:
        told = {"id": worker_id, "url": f"/api/v1/workers/{worker_id}"}
        announce(session, None, WebhookKind.WORKER_OFFLINE, told)
