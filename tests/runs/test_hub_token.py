"""The token of a person's Hub account goes to the job that they asked for, and nowhere else."""

import json
from pathlib import Path

import pytest
from sqlalchemy import MetaData

from tests.dataset_hub import TOKEN, dataset_hub
from tests.hub_datasets import pairs_repo
from tests.hub_worker import hub_worker
from tests.processes import wait_until


@pytest.fixture
def hub(monkeypatch):
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    with dataset_hub({"team/secret": pairs_repo(is_private=True)}) as held:
        monkeypatch.setenv("HF_ENDPOINT", held.address)
        yield held


@pytest.fixture
def cpu_worker(studio, empty_broker, environment, tmp_path, hub):
    with hub_worker(
        studio, environment, tmp_path / "hub-home", hub.address, HF_TOKEN="hf_of_the_whole_studio"
    ) as running:
        yield running


def job_processes(running):
    """What others may see of the processes of jobs: arguments and environment."""
    seen = {}
    for pid in running.children():
        try:
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes()
            environment = Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            continue
        if b"worker.jobs." in arguments:
            seen[pid] = arguments + environment
    return seen


def dump(studio):
    """Every cell of every table."""
    tables = MetaData()
    with studio.database.engine.connect() as connection:
        tables.reflect(connection)
        return "\n".join(
            str(tuple(row))
            for table in tables.sorted_tables
            for row in connection.execute(table.select())
        )


def files(studio):
    """All that the studio has written, but the rows' own database."""
    found = [path for path in studio.settings.data.rglob("*") if path.is_file()]
    return b"".join(path.read_bytes() for path in found)


def test_a_job_goes_to_the_hub_as_the_person_who_asked_and_nothing_else_holds_the_token(
    api, cpu_worker, hub, studio
):
    api.put("me/hub-connection", json={"token": TOKEN})
    hub.asked.clear()
    job = api.post("datasets/hub", json={"repo": "team/secret"}).json()
    seen = {}

    def has_ended():
        seen.update(job_processes(cpu_worker))
        return api.get(f"jobs/{job['id']}").json()["status"] in ("succeeded", "failed")

    wait_until(has_ended, 60, "the import")
    ended = api.get(f"jobs/{job['id']}").json()
    events = api.get(f"jobs/{job['id']}/events?after=0").text
    assert ended["status"] == "succeeded", ended["problem"]
    assert TOKEN in {token for _, token in hub.asked}
    assert {token for _, token in hub.asked} <= {TOKEN, None}
    assert seen
    assert not any(TOKEN.encode() in each for each in seen.values())
    assert not any(b"hf_of_the_whole_studio" in each for each in seen.values())
    assert TOKEN not in dump(studio) + json.dumps(ended) + events
    assert TOKEN.encode() not in files(studio) + cpu_worker.log.read_bytes()
