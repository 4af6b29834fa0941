"""What jobs leave on disk goes when nobody needs it."""

from datetime import timedelta

from backend.accounts.people import THE_PERSON
from backend.clock import utc_now
from backend.runs import jobs
from backend.runs.leftovers import remove_leftovers
from backend.runs.states import JobKind, JobStatus


def job_with_folder(studio, status, hours_ago):
    with studio.database.writing() as session:
        job = jobs.enqueue(session, THE_PERSON, studio.broker, JobKind.TRAIN, {})
        job.status = status
        job.ended_at = utc_now() - timedelta(hours=hours_ago) if status.is_ended else None
    folder = studio.settings.jobs / job.id
    (folder / "attempt-1").mkdir(parents=True)
    return folder


def test_only_folders_of_jobs_that_ended_a_day_ago_go(studio):
    old = job_with_folder(studio, JobStatus.FAILED, hours_ago=25)
    fresh = job_with_folder(studio, JobStatus.FAILED, hours_ago=1)
    running = job_with_folder(studio, JobStatus.RUNNING, hours_ago=0)
    paused = job_with_folder(studio, JobStatus.PAUSED, hours_ago=0)
    assert remove_leftovers(studio) == 1
    assert not old.exists()
    assert all(folder.exists() for folder in (fresh, running, paused))
