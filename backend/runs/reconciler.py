"""Repairs what a crash left: takes back jobs whose beat stood still, rings for jobs nobody took.

Runs as a thread in every server and worker parent. Nothing is decided by the time of day: a beat is
judged by how long *this* process has seen it unchanged on its own monotonic clock.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from backend.db import shared_now
from backend.ids import JobId
from backend.runs.erasing import purge_left
from backend.runs.leftovers import remove_leftovers
from backend.runs.outcomes import take_back
from backend.runs.states import JobStatus
from backend.runs.tables import Job
from backend.studio import Studio

log = structlog.get_logger()

RING_EVERY_SECONDS = 30.0
SWEEP_EVERY_SECONDS = 3_600.0


@dataclass
class Watch:
    """How long things have stood as they are, on a clock that only goes forward."""

    lost_seconds: float
    ring_again_seconds: float
    _beats: dict[JobId, tuple[int, int, float]] = field(default_factory=dict)
    _waiting: dict[JobId, float] = field(default_factory=dict)

    def still(self, job_id: JobId, attempt: int, beat: int, now: float) -> bool:
        """Has this beat stood still for as long as a lost worker's?"""
        seen = self._beats.get(job_id)
        if seen is None or seen[:2] != (attempt, beat):
            self._beats[job_id] = (attempt, beat, now)
            return False
        return now - seen[2] >= self.lost_seconds

    def should_ring(self, job_id: JobId, now: float) -> bool:
        """Has this job waited long enough for its message to be given up as lost?"""
        due = self._waiting.setdefault(job_id, now + self.ring_again_seconds)
        if now < due:
            return False
        self._waiting[job_id] = now + max(RING_EVERY_SECONDS, self.ring_again_seconds)
        return True

    def begins_anew(self) -> None:
        """Nothing could be seen for a while: what was not seen did not stand still."""
        self._beats.clear()

    def forget_all_but(self, running: set[JobId], queued: set[JobId]) -> None:
        self._beats = {k: v for k, v in self._beats.items() if k in running}
        self._waiting = {k: v for k, v in self._waiting.items() if k in queued}


class Reconciler(threading.Thread):
    """Looks every `reconcile_seconds` until told to stop; and what `also` looks after, does too."""

    def __init__(
        self,
        studio: Studio,
        *also: Callable[[Studio, float], None],
        sweeps: Sequence[Callable[[Studio], object]] = (),
    ) -> None:
        """`sweeps` are what else is to be cleaned away, each hour."""
        super().__init__(name="reconciler", daemon=True)
        self._studio = studio
        self._also = also
        self._sweeps = (remove_leftovers, purge_left, *sweeps)
        self._stopping = threading.Event()
        settings = studio.settings
        self._watch = Watch(settings.lost_seconds, settings.ring_again_seconds)
        self._looked_at = time.monotonic()

    def run(self) -> None:
        sweep_at = time.monotonic()
        while not self._stopping.wait(self._studio.settings.reconcile_seconds):
            try:
                self.look(time.monotonic())
                for look in self._also:
                    look(self._studio, time.monotonic())
                if time.monotonic() >= sweep_at:
                    sweep_at = time.monotonic() + SWEEP_EVERY_SECONDS
                    for sweep in self._sweeps:
                        sweep(self._studio)
            except SQLAlchemyError as error:
                self._watch.begins_anew()  # the workers can't reach it either
                log.warning("reconciler can't reach the database; tries again", error=str(error))
            except Exception:  # whatever it is: who repairs must go on
                log.exception("reconciler failed; tries again")

    def look(self, now: float) -> None:
        """One round; `now` is monotonic seconds."""
        studio = self._studio
        with studio.database.reading() as session:
            query = select(
                Job.id, Job.status, Job.queue, Job.attempt, Job.beat, Job.not_before
            ).where(Job.status.in_([JobStatus.RUNNING, JobStatus.QUEUED]))
            jobs = session.execute(query).all()
            now_there = shared_now(session)
        settings = studio.settings
        if now - self._looked_at > max(settings.lost_seconds / 2, 2 * settings.reconcile_seconds):
            self._watch.begins_anew()  # this look, or the one before, hung
        self._looked_at = now
        running = {job.id for job in jobs if job.status is JobStatus.RUNNING}
        due = {
            job.id: job.queue
            for job in jobs
            if job.status is JobStatus.QUEUED and job.not_before <= now_there
        }
        self._watch.forget_all_but(running, set(due))
        for job in jobs:
            if job.id in running and self._watch.still(job.id, job.attempt, job.beat, now):
                self._give_up(job.id, job.attempt, job.beat, job.queue)
        for queue in {due[job_id] for job_id in due if self._watch.should_ring(job_id, now)}:
            studio.broker.ring(queue)

    def _give_up(self, job_id: JobId, attempt: int, beat: int, queue: str) -> None:
        studio = self._studio
        retry = studio.settings.retry_seconds
        try:
            taken = studio.database.retrying(lambda s: take_back(s, job_id, attempt, beat, retry))
        except IntegrityError:  # its rows contradict each other: the others must not wait for it
            log.exception("job can't be taken back; the others are looked after", job_id=job_id)
            return
        if taken:
            log.warning("job taken back from a silent worker", job_id=job_id, attempt=attempt)
            studio.broker.ring(queue)
            studio.broker.tell(job_id)

    def stop(self) -> None:
        self._stopping.set()
