"""Changes to data go through the queue and a real worker: done, refused, stopped, killed."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pyarrow as pa
import pytest
from sqlalchemy import func, select

from backend.datasets.operations.by_name import OPERATIONS, parse_all
from backend.datasets.operations.run import run
from backend.datasets.tables import DatasetVersion
from backend.runs.tables import Event
from backend.studio import Studio
from tests.processes import RunningWorker, ended_in_time, wait_until
from tests.runs import conversions
from tests.runs.conversions import CHAINS, MINING, begin, cells, ended, job_of, made, step
from tests.runs.trainings import upload

NEAR = [step("drop_duplicates", near=True, threshold=0.6)]


@pytest.fixture
def cpu_worker(
    studio: Studio, empty_broker: None, environment: dict[str, str]
) -> Iterator[RunningWorker]:
    with RunningWorker("cpu", environment, studio.settings.data / "cpu.log") as running:
        yield running
        assert ended_in_time(running)


def long_table() -> bytes:
    """Texts of few words, each with a seventh of the others to be compared with, which takes
    seconds: no two of them share more than three words of five, and 0.6 needs four."""
    words = [f"w{n % 7} x{n % 11} y{n % 13} z{n % 17} n{n}" for n in range(13_000)]
    return "\n".join(["text", *words, words[0].upper()]).encode()


def as_kept(rows: list[dict[str, Any]]) -> pa.Table:
    """What a person sees is what is changed."""
    return pa.Table.from_pylist(rows)


def versions(studio: Studio) -> int:
    with studio.database.reading() as session:
        return session.scalar(select(func.count()).select_from(DatasetVersion)) or 0


def told(studio: Studio, job: str, kind: str) -> list[dict[str, Any]]:
    with studio.database.reading() as session:
        events = select(Event).where(Event.job_id == job, Event.kind == kind).order_by(Event.seq)
        return [event.data for event in session.scalars(events)]


def wait_for_the_step(studio: Studio, job: str) -> None:
    wait_until(lambda: told(studio, job, "log"), what="the step to begin")


def test_every_operation_is_done_by_a_job_as_its_preview_and_the_function_alone_do_it(
    studio: Studio, api: httpx2.Client, cpu_worker: RunningWorker
) -> None:
    tried = {each["name"] for steps in (*CHAINS.values(), MINING) for each in steps}
    assert tried == set(OPERATIONS)
    first = upload(api, conversions.table_for_all(), "all.parquet")
    place = f"dataset-versions/{first['id']}/operations"
    before = cells(api, first["id"])
    jobs = {name: begin(api, first["id"], steps) for name, steps in CHAINS.items()}
    for name, steps in CHAINS.items():
        version = made(api, jobs[name])
        rows = cells(api, version["id"])
        seen = api.post(f"{place}/preview", json={"operations": steps, "rows": 100}).json()
        assert seen["problems"] == []
        assert rows == seen["after"] == run(parse_all(steps), as_kept(before)).to_pylist()
        assert len(rows) == version["rows"]
        assert version["parent_id"] == first["id"]
        done = [each["name"] for each in version["operation"]["steps"]]
        assert done == [each["name"] for each in steps]
        percents = [data["percent"] for data in told(studio, jobs[name], "progress")]
        assert percents == sorted(percents)
        assert len(percents) >= len(steps)
        place_of_job = studio.settings.jobs / jobs[name]
        wait_until(lambda place=place_of_job: not place.exists(), 5, "its folder to go")
    assert cells(api, first["id"]) == before  # going back to the parent is undoing


def test_what_cannot_be_done_is_said_in_words_and_what_is_stopped_ends_both_leave_nothing(
    studio: Studio, api: httpx2.Client, cpu_worker: RunningWorker
) -> None:
    first = upload(api, long_table(), "long.csv")
    empties = [step("sample", rows=9), step("filter", column="text", contains="whale")]
    misses = [step("sample", rows=9), step("spread_positives", column="others")]
    refused = {
        "no_rows_left": "Step 2 (filter): of 9 rows none would be left",
        "unknown_column": "Step 2 (spread_positives): There is no column 'others'",
    }
    jobs = [begin(api, first["id"], steps) for steps in (empties, misses, NEAR, NEAR)]
    for job, (code, said) in zip(jobs, refused.items(), strict=False):
        failed = ended(api, job)
        assert (failed["status"], failed["problem"]["code"]) == ("failed", code)
        assert said in failed["problem"]["detail"]
    _, _, working, waiting = jobs
    wait_for_the_step(studio, working)
    assert api.post(f"jobs/{waiting}/cancel").json()["status"] == "cancelled"
    for _ in range(2):  # twice is once
        assert api.post(f"jobs/{working}/cancel").status_code == 202
    assert ended(api, working, seconds=5)["status"] == "cancelled"
    assert api.post(f"jobs/{jobs[0]}/cancel").json()["code"] == "already_ended"
    assert versions(studio) == 1
    wait_until(lambda: not (studio.settings.jobs / working).exists(), 5, "its folder to go")


@pytest.mark.slow
def test_a_killed_worker_leaves_the_change_to_the_next_and_there_is_one_version(
    studio: Studio, api: httpx2.Client, cpu_worker: RunningWorker
) -> None:
    first = upload(api, long_table(), "long.csv")
    job = begin(api, first["id"], NEAR)
    wait_for_the_step(studio, job)
    cpu_worker.kill()
    cpu_worker.start()
    version = made(api, job)
    assert (version["parent_id"], version["rows"]) == (first["id"], first["rows"] - 1)
    assert versions(studio) == 2
    states = [data["status"] for data in told(studio, job, "state")]
    assert states == ["queued", "running", "queued", "running", "succeeded"]


@pytest.mark.slow
def test_hard_negatives_are_mined_by_a_job_on_the_queue_of_the_models(
    api: httpx2.Client, worker: RunningWorker
) -> None:
    first = upload(api, conversions.table_for_all(), "all.parquet")
    job = begin(api, first["id"], MINING, name="mined")
    version = made(api, job)
    assert job_of(api, job)["kind"] == "mine"
    assert version["dataset_id"] != first["dataset_id"]
    assert version["parent_id"] == first["id"]
    assert version["rows"] == 2 * first["rows"]
    answers = {row["anchor"]: row["positive"] for row in cells(api, first["id"])}
    for row in cells(api, version["id"]):
        assert row["positive"] == answers[row["anchor"]]
        assert row["negative"] in set(answers.values()) - {row["anchor"], row["positive"]}
    assert "negative" in version["operation"]["sentence"]
