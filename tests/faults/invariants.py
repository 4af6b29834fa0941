"""The five invariants: what must be true of a studio whatever broke in it.

(a) the events of each job are numbered 1, 2, 3, … without a gap or a double;
(b) a job that has ended has one terminal event, the last of its states; one that has not, has none;
(c) the files of each artifact's row exist and hash to what the row says;
(d) no process is left of a job that nobody works at, and no lock of a device;
(e) the weights are those of the run that nothing disturbed.
"""

import fcntl
from collections.abc import Callable, Sequence

from sqlalchemy import select

from backend.datasets.tables import DatasetVersion
from backend.models.tables import Model
from backend.runs.states import JobStatus
from backend.runs.tables import Event, Job, Run
from backend.storage import sha256_of
from backend.studio import Studio
from tests.faults.stage import Cast, Stage
from tests.processes import wait_until


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


def _since_a_person(events: Sequence[Event]) -> list[JobStatus]:
    """The states since a person last put the job into its queue: a retry begins anew."""
    found: list[JobStatus] = []
    for event in events:
        if event.kind == "state":
            begins_anew = "a person" in event.data.get("reason", "")
            is_queued = event.data["status"] == JobStatus.QUEUED
            found = [] if begins_anew and is_queued else found
            found.append(JobStatus(event.data["status"]))
    return found


def assert_whole(stage: Stage, cast: Cast | None, undisturbed: Callable[[int], str]) -> None:
    """All five, of the whole studio; (e) where a run has succeeded."""
    assert_jobs_are_whole(stage.studio)
    _assert_files_are_whole(stage)
    if cast is not None and cast.status == "succeeded":
        assert weights_of(stage, cast.run_id) == undisturbed(cast.ranks), "(e) other weights"
    _assert_nobody_is_left(stage)


def _assert_files_are_whole(stage: Stage) -> None:
    """(c)"""
    storage = stage.studio.storage
    with stage.studio.database.reading() as session:
        for version in session.scalars(select(DatasetVersion)):
            assert sha256_of(storage.file(version.object_hash)) == version.object_hash, "(c)"
        for model in session.scalars(select(Model)):
            folder = storage.folder(model.folder)
            there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
            assert there == {file["name"] for file in model.files}, f"(c) {there}"
            for file in model.files:
                assert (folder / file["name"]).stat().st_size == file["size_bytes"], "(c)"
        made = [run.model_id for run in session.scalars(select(Run)) if run.model_id]
        assert sorted(model.id for model in session.scalars(select(Model))) == sorted(made), "(c)"


def _assert_nobody_is_left(stage: Stage) -> None:
    """(d)"""
    wait_until(lambda: not stage.jobs(), 30, "(d) the processes of ended jobs to be gone")
    for worker in stage.workers:
        worker.kill()
    for lock in stage.settings.data.rglob("*.lock"):
        with lock.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # (d) BlockingIOError: it is held


def weights_of(stage: Stage, run_id: str) -> str:
    """What a run has learned, as one hash."""
    with stage.studio.database.reading() as session:
        model = session.scalars(select(Model).where(Model.run_id == run_id)).one()
    return sha256_of(stage.studio.storage.folder(model.folder) / "model.safetensors")
