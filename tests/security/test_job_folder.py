"""Row 37: a job's process has its own folder and nothing else: no other's rows, no secret."""

import json
import stat
from pathlib import Path

import pytest
from pydantic import BaseModel, SecretStr

from backend.settings import Settings
from worker.jobs.folder import JobFolder
from worker.supervisor.process import environment


class Order(BaseModel):
    rows: str = "canary"


@pytest.fixture
def folder(tmp_path: Path) -> JobFolder:
    made = JobFolder(tmp_path / "jobs" / "job_a" / "attempt-1")
    made.create(Order())
    return made


def test_nobody_else_on_the_machine_may_enter_it(folder):
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700


def test_two_jobs_share_no_folder(folder, tmp_path):
    other = JobFolder(tmp_path / "jobs" / "job_b" / "attempt-1")
    other.create(Order(rows="another's"))
    assert folder.job() == {"rows": "canary"}
    assert not folder.path.is_relative_to(other.path)
    assert "canary" not in json.dumps(other.job())


def test_no_secret_of_the_studio_is_in_its_environment(monkeypatch):
    """Whatever setting is a secret, or names where one lies; and where the database is."""
    fields = Settings.model_fields.items()
    secret = [
        f"LIKEWISE_{name.upper()}"
        for name, field in fields
        if "SecretStr" in str(field.annotation) or name.endswith(("_file", "password"))
    ]
    stores = {f"LIKEWISE_{store}_URL" for store in ("DATABASE", "BROKER", "STORAGE")}
    ours = {*secret, *stores, "PGPASSWORD", "AWS_SECRET_ACCESS_KEY"}
    for name in ours:
        monkeypatch.setenv(name, "canary")
    assert {"LIKEWISE_SECRET_KEY", "LIKEWISE_ADMIN_PASSWORD"} <= ours
    assert "canary" not in environment(()).values()
    assert SecretStr("canary") not in environment(()).values()
