"""A model for what is tried on one."""

import pytest

from backend.accounts.people import THE_PERSON
from backend.models.tables import Model
from backend.runs import jobs
from backend.runs.states import JobKind
from backend.runs.tables import Run
from tests.conftest import TINY
from tests.runs.test_live import RECIPE
from tests.tiny_model import write_tiny_bert


@pytest.fixture
def model(studio, tmp_path, hub_cache, monkeypatch):
    """A model of the studio, tuned from the tiny one of the Hub's cache."""
    monkeypatch.setenv("HF_HOME", str(hub_cache))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with studio.database.writing() as session:
        job = jobs.enqueue(session, THE_PERSON, studio.broker, JobKind.TRAIN, {})
        run = Run(project_id=job.project_id, job_id=job.id, name="r", recipe=RECIPE, job=job)
        session.add(run)
        session.flush()
        made = Model(
            project_id=job.project_id,
            run_id=run.id,
            name="m",
            base_model=TINY,
            folder="",
            size_bytes=1,
            files=[],
        )
        session.add(made)
        session.flush()
        made.folder = f"models/{made.id}"
    studio.storage.put_folder(write_tiny_bert(tmp_path / "tuned", seed=7), made.folder)
    return made
