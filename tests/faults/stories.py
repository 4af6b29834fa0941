"""Pieces of work that write: what each does, and what must be true after it died on its way.

`before` leaves what was there already, and is safe; `work` may die anywhere; then `is_whole` must
hold, and so it must when the work was done again, to its end. Each says which points it passes.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel
from sqlalchemy import select
from starlette.requests import Request

from backend.accounts.people import THE_PERSON
from backend.datasets.tables import DatasetVersion, Upload
from backend.ids import WorkerId
from backend.migrate import is_current, migrate
from backend.preparing import imports, uploads
from backend.preparing.imports import Home
from backend.preparing.uploads_folder import UploadFolder
from backend.preparing.uploads_schemas import UploadIn
from backend.runs import claims, jobs, outcomes
from backend.runs.claims import Beat
from backend.runs.events import Fact
from backend.runs.states import JobKind, JobStatus, Outcome
from backend.runs.tables import Job
from backend.settings import Settings
from backend.storage import Storage, sha256_of
from backend.studio import Studio
from backend.web.body_to_file import body_to_file
from likewise.embedded import running
from tests.faults.invariants import assert_jobs_are_whole
from worker.engine.checkpoints import find_valid_checkpoint, folders, manifest
from worker.engine.checkpoints.manifest import Manifest
from worker.engine.files import sync, whole_folder
from worker.jobs.folder import JobFolder
from worker.jobs.report import Report
from worker.jobs.whole_table import WholeTable
from worker.supervisor import spool

CSV = b"question,answer\n" + b"".join(b"what is %d,it is %d\n" % (n, n) for n in range(40))
BYTES = b"an object's bytes"


@dataclass(frozen=True, kw_only=True)
class Story:
    work: Callable[[Path], None]
    is_whole: Callable[[Path], None]
    is_done: Callable[[Path], None]
    points: frozenset[str]
    before: Callable[[Path], None] = lambda _: None
    has_database: bool = False


def settings_in(folder: Path, **more: str) -> Settings:
    """A studio on SQLite whose broker is away: what is written must not hang on it."""
    return Settings(
        data=folder,
        database_url=f"sqlite:///{folder / 'studio.db'}",
        broker_url="redis://127.0.0.1:1/0",
        upload_part_bytes=700,
        **more,  # type: ignore[arg-type]
    )


# Objects and folders of the artifact store.


def store(folder: Path) -> None:
    storage = Storage(settings_in(folder))
    made = folder / "made"
    (made / "within").mkdir(parents=True, exist_ok=True)
    for name in ("a", "within/b"):
        (made / name).write_bytes(BYTES)
    sync(made)
    storage.put_folder(made, "models/mdl")
    storage.put_file(made / "a")


def store_is_whole(folder: Path) -> None:
    artifacts = folder / "artifacts"
    for place in artifacts.glob("objects/??/*"):
        assert ".tmp-" in place.name or sha256_of(place) == place.parent.name + place.name
    model = artifacts / "models" / "mdl"
    assert not model.exists() or names_in(model) == {"a", "within/b"}
    assert all(path.read_bytes() == BYTES for path in model.rglob("*") if path.is_file())


def is_stored(folder: Path) -> None:
    storage = Storage(settings_in(folder))
    assert storage.file(hashlib.sha256(BYTES).hexdigest()).read_bytes() == BYTES
    assert names_in(storage.folder("models/mdl")) == {"a", "within/b"}


def names_in(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


# The copy that a worker keeps of a bucket's object.


def bucket(folder: Path) -> Storage:
    """A bucket in this process's memory, which holds an object and a folder."""
    storage = Storage(settings_in(folder, storage_url="memory://bucket"))
    made = folder / "made"
    made.mkdir(exist_ok=True)
    (made / "a").write_bytes(BYTES)
    sync(made)
    storage.put_file(made / "a")
    storage.put_folder(made, "models/mdl")
    return storage


def fetch(folder: Path) -> None:
    storage = bucket(folder)
    storage.file(hashlib.sha256(BYTES).hexdigest())
    storage.folder("models/mdl")


def is_fetched_whole(folder: Path) -> None:
    cache = folder / "cache"
    for place in cache.glob("objects/??/*"):
        assert ".tmp-" in place.name or sha256_of(place) == place.parent.name + place.name
    model = cache / "models" / "mdl"
    assert not model.exists() or (model / "a").read_bytes() == BYTES


def is_fetched(folder: Path) -> None:
    assert bucket(folder).folder("models/mdl").joinpath("a").read_bytes() == BYTES


# Checkpoints of a training: one every step, two of them kept.


def save_checkpoints(folder: Path) -> None:
    for step in (2, 3, 4, 4):
        save_checkpoint(folder, step)


def save_checkpoint(folder: Path, step: int) -> None:
    part = folders.part_of(folder, step)
    part.mkdir(parents=True, exist_ok=True)
    (part / "weights").write_text(f"of step {step}")
    about = Manifest(
        step=step, epoch=0.0, seed=1, batch_size=1, world_size=1, order_sha256=None, versions={}
    )
    manifest.write(part, about)
    folders.finish(part, folders.place_of(folder, step))
    folders.discard_old(folder, 2, best=None)


def a_checkpoint_is_whole(folder: Path) -> None:
    found = find_valid_checkpoint(folder)
    assert found is not None, "there was one before the first that died"
    assert (found / "weights").read_text() == f"of step {found.name.split('-')[1]}"


def two_checkpoints_are_left(folder: Path) -> None:
    assert {path.name for path in folder.iterdir() if path.is_dir()} == {
        "checkpoint-3",
        "checkpoint-4",
    }


# A model's folder, written over an older model.


def save_model(folder: Path) -> None:
    for name in ("new", "old"):
        with whole_folder(folder / name) as part:
            (part / "config").write_text("new")
            (part / "weights").mkdir()
            (part / "weights" / "w").write_text("new")


def an_older_model(folder: Path) -> None:
    (folder / "old" / "weights").mkdir(parents=True)
    (folder / "old" / "config").write_text("old")
    (folder / "old" / "checkpoint").write_text("kept")
    sync(folder / "old")


def a_model_is_whole(folder: Path) -> None:
    new = folder / "new"
    assert not new.exists() or (new / "weights" / "w").read_text() == "new"
    assert (folder / "old" / "checkpoint").read_text() == "kept"
    assert (folder / "old" / "config").read_text() in ("old", "new")


def models_are_saved(folder: Path) -> None:
    assert [(folder / n / "weights" / "w").read_text() for n in ("new", "old")] == ["new", "new"]


# Claims, beats and ends.


def a_studio(folder: Path) -> None:
    migrate(settings_in(folder))


def do_a_job(folder: Path) -> None:
    """Queue a job and bring it to its end; or go on where an earlier try died."""
    studio = Studio.open(settings_in(folder))
    database = studio.database
    with database.reading() as session:
        job = session.scalar(select(Job))
    if job is None:
        with database.writing() as session:
            job = jobs.enqueue(session, THE_PERSON, studio.broker, JobKind.TRAIN, {})
    if job.status is JobStatus.RUNNING:
        database.retrying(lambda s: outcomes.take_back(s, job.id, job.attempt, job.beat, 0))
    claim = database.retrying(lambda s: claims.claim(s, ["gpu"], WorkerId.new(), 1))
    if claim is not None:
        for n in range(claim.spool_upto, 3):
            facts = [Fact("log", {"level": "info", "message": str(n)})]
            brought = Beat(spool_from=n, spool_upto=n + 1, facts=facts)
            database.retrying(lambda s, b=brought: claims.beat(s, claim, b))
        database.retrying(lambda s: outcomes.end(s, claim, Outcome.SUCCEEDED))
    studio.close()


def jobs_are_whole(folder: Path) -> None:
    studio = Studio.open(settings_in(folder))
    assert_jobs_are_whole(studio)
    studio.close()


def the_job_is_done(folder: Path) -> None:
    jobs_are_whole(folder)
    studio = Studio.open(settings_in(folder))
    with studio.database.reading() as session:
        assert [job.status for job in session.scalars(select(Job))] == [JobStatus.SUCCEEDED]
    studio.close()


# The spool of a job's process, and how the next attempt goes on with it.


def tell(folder: Path) -> None:
    begun = sorted(folder.glob("spool-*.jsonl"))
    new = folder / f"spool-{len(begun)}.jsonl"
    spool.carry_on(begun, 0, new)
    told = len(spool.read(new, 0).facts)
    report = Report(new)
    for n in range(told, 4):
        report.log(str(n))


def the_spool_reads(folder: Path) -> None:
    begun = sorted(folder.glob("spool-*.jsonl"))
    said = [fact.data["message"] for path in begun[-1:] for fact in spool.read(path, 0).facts]
    assert said == [str(n) for n in range(len(said))]


def all_is_told(folder: Path) -> None:
    newest = max(folder.glob("spool-*.jsonl"))
    assert [fact.data["message"] for fact in spool.read(newest, 0).facts] == list("0123")


# A job's folder, the table that it makes, and the file that says where the studio is.


class Order(BaseModel):
    what: str


def make_a_table(folder: Path) -> None:
    job = JobFolder(folder / f"attempt-{len(list(folder.glob('attempt-*')))}")
    job.create(Order(what="a table"))
    with WholeTable(folder / "rows.parquet") as table:
        table.write(pa.table({"a": [1, 2]}))
    running.write(folder, running.Running(url="http://x", pid=1, started_at="now"))


def a_table_is_whole(folder: Path) -> None:
    place = folder / "rows.parquet"
    assert not place.exists() or pq.read_table(place).num_rows == 2
    running.read(folder)  # whole, or none


def a_table_is_made(folder: Path) -> None:
    assert pq.read_table(folder / "rows.parquet").num_rows == 2
    assert json.loads((folder / "studio.json").read_text())["url"] == "http://x"


# A file that comes in parts, and is read.


def bring(folder: Path) -> None:
    """Send what is missing of the file, then import it; as a client does that comes back."""
    studio = Studio.open(settings_in(folder))
    with studio.database.reading() as session:
        upload = session.scalar(select(Upload))
        is_read = session.scalar(select(DatasetVersion)) is not None
    if is_read:
        uploads.forget(studio, [upload.id] if upload else [])
        return
    if upload is None:
        wanted = UploadIn(
            file_name="a.csv", size_bytes=len(CSV), sha256=hashlib.sha256(CSV).hexdigest()
        )
        with studio.database.writing() as session:
            upload = uploads.create(session, THE_PERSON, studio.settings, wanted)
    place = UploadFolder(studio.settings, upload.id)
    for part in range(1, uploads.parts_of(upload) + 1):
        if part not in place.received():
            asyncio.run(send_part(place, upload, part))
            place.mark(part)
    place.look() or place.keep_look("40 rows")
    uploads.complete(studio, THE_PERSON, upload.id)
    imports.from_uploads(studio, THE_PERSON, [upload.id], Home())


async def send_part(place: UploadFolder, upload: Upload, part: int) -> None:
    start = (part - 1) * upload.part_bytes
    body = CSV[start : start + upload.part_bytes]

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    request = Request({"type": "http", "method": "PUT", "headers": []}, receive)
    await body_to_file(request, place.file, start, len(body))


def files_are_whole(folder: Path) -> None:
    studio = Studio.open(settings_in(folder))
    assert_jobs_are_whole(studio)
    with studio.database.reading() as session:
        for version in session.scalars(select(DatasetVersion)):
            file = studio.storage.file(version.object_hash)
            assert sha256_of(file) == version.object_hash
            assert pq.read_table(file).num_rows == 40
        for upload in session.scalars(select(Upload)):
            UploadFolder(studio.settings, upload.id).look()
    studio.close()


def the_file_is_read(folder: Path) -> None:
    files_are_whole(folder)
    studio = Studio.open(settings_in(folder))
    with studio.database.reading() as session:
        assert len(session.scalars(select(DatasetVersion)).all()) == 1
        assert session.scalar(select(Upload)) is None  # a folder without a row is swept in a day
    studio.close()


# Migrations.


def upgrade(folder: Path) -> None:
    migrate(settings_in(folder))


def opens(folder: Path) -> None:
    Studio.open(settings_in(folder)).close()


def is_upgraded(folder: Path) -> None:
    studio = Studio.open(settings_in(folder))
    assert is_current(studio.database)
    studio.close()


DATABASE = frozenset({"database.commit", "database.committed"})
OBJECTS = frozenset(f"storage.object {done}" for done in ("copied", "synced", "renamed"))

STORIES = {
    "artifacts are stored": Story(
        work=store,
        is_whole=store_is_whole,
        is_done=is_stored,
        points=OBJECTS | {f"storage.folder {done}" for done in ("copied", "synced", "renamed")},
    ),
    "artifacts are fetched": Story(
        work=fetch,
        is_whole=is_fetched_whole,
        is_done=is_fetched,
        points=frozenset({"storage.file fetched", "storage.folder fetched"}),
    ),
    "checkpoints are written": Story(
        before=lambda folder: save_checkpoint(folder, 1),
        work=save_checkpoints,
        is_whole=a_checkpoint_is_whole,
        is_done=two_checkpoints_are_left,
        points=frozenset(
            f"checkpoint.{done}"
            for done in (
                "files written",
                "manifest written",
                "synced",
                "older removed",
                "renamed",
                "discarded",
            )
        ),
    ),
    "a model is saved": Story(
        before=an_older_model,
        work=save_model,
        is_whole=a_model_is_whole,
        is_done=models_are_saved,
        points=frozenset({"folder.synced", "folder.entry replaced", "folder.renamed"}),
    ),
    "a job is done": Story(
        before=a_studio,
        has_database=True,
        work=do_a_job,
        is_whole=jobs_are_whole,
        is_done=the_job_is_done,
        points=DATABASE,
    ),
    "a spool is carried on": Story(
        work=tell,
        is_whole=the_spool_reads,
        is_done=all_is_told,
        points=frozenset({"spool.line written", "spool.begun", "spool.carried on"}),
    ),
    "a table is made": Story(
        work=make_a_table,
        is_whole=a_table_is_whole,
        is_done=a_table_is_made,
        points=frozenset(
            {"job.folder made", "job.ordered", "table.written", "table.renamed", "running.written"}
        ),
    ),
    "a file comes in parts": Story(
        before=a_studio,
        has_database=True,
        work=bring,
        is_whole=files_are_whole,
        is_done=the_file_is_read,
        points=DATABASE
        | OBJECTS
        | {"upload.folder made", "upload.part written", "upload.part synced"}
        | {"upload.part marked", "upload.look written", "upload.forgotten"},
    ),
    "the schema is brought up to date": Story(
        has_database=True,
        work=upgrade,
        is_whole=opens,
        is_done=is_upgraded,
        points=frozenset({"migration.applied"}),
    ),
}
