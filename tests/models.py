"""A model of a studio for what is done with one, without the training that it would take."""

from pathlib import Path
from typing import Any

from backend.accounts.people import THE_PERSON
from backend.models.tables import Model
from backend.runs import jobs
from backend.runs.states import JobKind
from backend.runs.tables import Run
from backend.studio import Studio
from tests.conftest import TINY
from tests.runs.test_live import RECIPE


def a_model(studio: Studio, folder: Path, recipe: dict[str, Any] = RECIPE) -> Model:
    """A model whose files are a copy of this folder's, as if `recipe` had made it."""
    with studio.database.writing() as session:
        job = jobs.enqueue(session, THE_PERSON, studio.broker, JobKind.TRAIN, {})
        run = Run(project_id=job.project_id, job_id=job.id, name="r", recipe=recipe, job=job)
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
    studio.storage.put_folder(folder, made.folder)
    return made
