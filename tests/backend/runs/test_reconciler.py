"""Who watches the workers judges only what it saw."""

import time
from dataclasses import replace

import pytest
from sqlalchemy import select

from backend.accounts.people import THE_PERSON
from backend.ids import WorkerId
from backend.runs import claims, jobs
from backend.runs.limits import Limits
from backend.runs.reconciler import Reconciler
from backend.runs.states import JobKind, JobStatus
from backend.runs.tables import Event, Job

pytestmark = pytest.mark.services


@pytest.fixture
def job_id(studio):
    """A job that a worker has taken and says no more of."""
    with studio.database.writing() as session:
        job = jobs.enqueue(session, THE_PERSON, studio.broker, JobKind.TRAIN, {})
        claims.claim(session, ["gpu"], WorkerId.new(), 1, Limits())
    return job.id


def status(studio, job_id):
    with studio.database.reading() as session:
        return session.get_one(Job, job_id).status


def look(studio, watcher, *seconds):
    """The watcher looks at these moments of a clock that begins now."""
    start = time.monotonic()
    for second in seconds:
        watcher.look(start + second)


def test_a_worker_that_is_seen_silent_for_long_loses_its_job(studio, job_id):
    silent = studio.settings.lost_seconds
    watcher = Reconciler(studio)
    look(studio, watcher, *(silent * n / 4 for n in range(4)))
    assert status(studio, job_id) is JobStatus.RUNNING
    look(studio, watcher, silent)
    assert status(studio, job_id) is JobStatus.QUEUED


def test_who_looks_seldom_still_sees_a_silent_worker(studio, job_id):
    silent = studio.settings.lost_seconds
    seldom = studio.settings.model_copy(update={"reconcile_seconds": silent})
    look(studio, Reconciler(replace(studio, settings=seldom)), silent, 2 * silent)
    assert status(studio, job_id) is JobStatus.QUEUED


def test_a_time_in_which_nothing_could_be_seen_counts_for_nobody(studio, job_id):
    """The database was away for longer than a worker may be silent: the worker could not beat."""
    silent = studio.settings.lost_seconds
    watcher = Reconciler(studio)
    look(studio, watcher, 0, 3 * silent, 3.25 * silent, 3.75 * silent)
    assert status(studio, job_id) is JobStatus.RUNNING
    look(studio, watcher, 4 * silent)
    assert status(studio, job_id) is JobStatus.QUEUED


def test_a_job_whose_rows_contradict_each_other_keeps_no_other_waiting(studio, job_id):
    with studio.database.writing() as session:
        broken = jobs.enqueue(session, THE_PERSON, studio.broker, JobKind.TRAIN, {})
        claims.claim(session, ["gpu"], WorkerId.new(), 1, Limits())
        session.refresh(broken)
        known = session.scalars(select(Event).where(Event.job_id == broken.id)).first()
        session.add(
            Event(
                job_id=broken.id,
                seq=broken.last_seq + 1,  # which its row knows nothing of
                attempt=known.attempt,
                kind=known.kind,
                data={},
            )
        )
        broken_id = broken.id
    silent = studio.settings.lost_seconds
    look(studio, Reconciler(studio), *(silent * n / 4 for n in range(5)))
    assert status(studio, job_id) is JobStatus.QUEUED
    assert status(studio, broken_id) is JobStatus.RUNNING
