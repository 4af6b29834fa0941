"""The jobs that change a version, as their supervisor sees them: with a model or without."""

from typing import Any

from pydantic import BaseModel
from sqlalchemy import update
from sqlalchemy.orm import Session

from backend.accounts.people import on_behalf_of
from backend.datasets import service as datasets
from backend.datasets.parsed import Parsed
from backend.datasets.tables import DatasetVersion
from backend.preparing import operations
from backend.runs.claims import Claim
from backend.runs.tables import Job
from backend.studio import Studio
from worker.jobs.convert_order import ConvertOrder
from worker.jobs.folder import PARSED_FILE, ROWS_FILE, JobFolder


def prepare(studio: Studio, claim: Claim) -> BaseModel:
    """Find the rows, and those models that are this studio's own."""
    with studio.database.reading() as session:
        version = session.get_one(DatasetVersion, claim.payload["version_id"])
    steps: list[dict[str, Any]] = claim.payload["operations"]
    names = {str(step.get("parameters", {}).get("model", "")) for step in steps}
    return ConvertOrder(
        name=claim.payload["name"] or "",
        operations=steps,
        rows_file=studio.storage.file(version.object_hash),
        model_folders={
            name: studio.storage.folder(f"models/{name}")
            for name in names
            if name.startswith("mdl_")
        },
    )


def store(studio: Studio, claim: Claim, folder: JobFolder) -> Any:
    """Bring the rows home; the version that names them is written when the attempt ends."""
    parsed = Parsed.model_validate_json((folder.result / PARSED_FILE).read_text(encoding="utf-8"))
    made = datasets.stored(studio.storage, folder.result / ROWS_FILE, parsed)

    def keep(session: Session) -> None:
        parent = session.get_one(DatasetVersion, claim.payload["version_id"])
        name = claim.payload["name"]
        who = on_behalf_of(parent.project_id)
        kept = operations.keep(session, who, studio.broker, made, parent, name)
        result = {"version_id": str(kept.version.id), "is_new": kept.is_new}
        session.execute(update(Job).where(Job.id == claim.job_id).values(result=result))

    return keep
