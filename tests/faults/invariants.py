"""The five invariants: what must be true of a studio whatever broke in it.

(a) the events of each job are numbered 1, 2, 3, … without a gap or a double;
(b) a job that has ended has one terminal event, the last of its states; one that has not, has none;
(c) the files of each artifact's row exist and hash to what the row says;
(d) no process is left of a job that nobody works at, and no lock of a device;
(e) the weights are those of the run that nothing disturbed.
"""

from sqlalchemy import select

from backend.runs.states import JobStatus
from backend.runs.tables import Event, Job
from backend.studio import Studio


def assert_jobs_are_whole(studio: Studio) -> None:
    """(a) and (b), of every job."""
    with studio.database.reading() as session:
        for job in session.scalars(select(Job)):
            events = session.scalars(
                select(Event).where(Event.job_id == job.id).order_by(Event.seq)
            ).all()
            numbers = [event.seq for event in events]
            assert numbers == list(range(1, job.last_seq + 1)), f"(a) {job.id}: {numbers}"
            states = [JobStatus(e.data["status"]) for e in events if e.kind == "state"]
            assert states[-1] is job.status, f"(b) {job.id} is {job.status}, told was {states}"
            ended = [state for state in _since_a_person(events) if state.is_ended]
            assert len(ended) == job.status.is_ended, f"(b) {job.id}: {states}"


def _since_a_person(events: list[Event]) -> list[JobStatus]:
    """The states since a person last put the job into its queue: a retry begins anew."""
    found: list[JobStatus] = []
    for event in events:
        if event.kind == "state":
            begins_anew = "a person" in event.data.get("reason", "")
            is_queued = event.data["status"] == JobStatus.QUEUED
            found = [] if begins_anew and is_queued else found
            found.append(JobStatus(event.data["status"]))
    return found
