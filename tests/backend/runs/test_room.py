"""A job that was paused for want of disk goes on by itself; one that a person paused does not."""

import shutil

import pytest

from backend.accounts.people import THE_PERSON
from backend.ids import WorkerId
from backend.runs import claims, jobs, outcomes
from backend.runs.room import go_on_where_there_is_room
from backend.runs.states import JobKind, JobStatus, Outcome
from backend.runs.tables import Event, Job


@pytest.fixture
def write(studio):
    return studio.database.retrying


@pytest.fixture
def paused(studio, write):
    """Pauses a new job for want of so much room; gives its id."""

    def pause(room_bytes):
        kind = JobKind.TRAIN
        job = write(lambda s: jobs.enqueue(s, THE_PERSON, studio.broker, kind, {}))
        claim = write(lambda s: claims.claim(s, ["gpu"], WorkerId.new(), 1))
        problem = {"code": "disk_full", "title": "1 GB needed on /", "detail": "…"}
        write(
            lambda s: outcomes.end(s, claim, Outcome.PAUSED, "full", problem, room_bytes=room_bytes)
        )
        (studio.settings.jobs / job.id).mkdir(parents=True)
        return job.id

    return pause


def read(studio, job_id):
    with studio.database.reading() as session:
        return session.get_one(Job, job_id)


def test_it_goes_on_once_there_is_room(studio, paused):
    free = shutil.disk_usage(studio.settings.data).free
    waiting, ready = paused(2 * free), paused(1_000)
    go_on_where_there_is_room(studio, 0)
    go_on_where_there_is_room(studio, 1)
    assert read(studio, waiting).status is JobStatus.PAUSED
    assert read(studio, waiting).problem["title"] == "1 GB needed on /"
    job = read(studio, ready)
    assert (job.status, job.room_bytes, job.problem) == (JobStatus.QUEUED, None, None)
    with studio.database.reading() as session:
        last = session.get_one(Event, (ready, job.last_seq))
    assert last.data == {"status": "queued", "reason": "there is room on the disk again"}


def test_a_job_whose_folder_is_not_here_is_left_to_those_who_see_it(studio, paused):
    job_id = paused(1_000)
    shutil.rmtree(studio.settings.jobs / job_id)
    go_on_where_there_is_room(studio, 0)
    assert read(studio, job_id).status is JobStatus.PAUSED


def test_what_a_person_pauses_waits_for_a_person(studio, write, paused):
    job_id = paused(1_000)
    write(lambda s: jobs.pause(s, s.get_one(Job, job_id), studio.broker))
    go_on_where_there_is_room(studio, 0)
    assert read(studio, job_id).status is JobStatus.PAUSED


def test_late_writes_of_a_lost_attempt_are_counted(studio, write, paused):
    job_id = paused(1_000)
    write(lambda s: outcomes.count_late(s, job_id))
    write(lambda s: outcomes.count_late(s, job_id))
    assert read(studio, job_id).late_writes == 2
