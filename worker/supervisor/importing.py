"""The import job, as its supervisor sees it: from files, the Hub or a bucket to a version."""

from typing import Any

from pydantic import BaseModel
from sqlalchemy import update
from sqlalchemy.orm import Session

from backend.accounts.people import on_behalf_of
from backend.datasets import service as datasets
from backend.datasets.parsed import Parsed
from backend.datasets.tables import Upload
from backend.ids import UploadId
from backend.preparing import imports, uploads
from backend.preparing.imports import Home
from backend.preparing.uploads_folder import UploadFolder
from backend.problems import NotFound
from backend.recipes.hub import HubDataset
from backend.runs.claims import Claim
from backend.runs.tables import Job
from backend.studio import Studio
from worker.jobs.folder import PARSED_FILE, ROWS_FILE, JobFolder
from worker.jobs.import_order import FileOrder, ImportOrder, StorageOrder


def prepare(studio: Studio, claim: Claim) -> BaseModel:
    payload = claim.payload
    if "hub" in payload:
        return ImportOrder(hub=HubDataset.model_validate(payload["hub"]))
    if "storage" in payload:
        settings = studio.settings
        return ImportOrder(
            storage=StorageOrder(
                url=payload["storage"]["url"],
                prefixes=settings.import_prefixes,
                most_bytes=settings.max_upload_bytes,
            )
        )
    with studio.database.reading() as session:
        found = [_upload(session, upload_id) for upload_id in _uploads(claim)]
    return ImportOrder(
        files=[
            FileOrder(path=UploadFolder(studio.settings, each.id).file, file_name=each.file_name)
            for each in found
        ]
    )


def _upload(session: Session, upload_id: UploadId) -> Upload:
    """Raises NotFound if another import has used it up."""
    upload = session.get(Upload, upload_id)
    if upload is None:
        raise NotFound("upload", upload_id)
    return upload


def store(studio: Studio, claim: Claim, folder: JobFolder) -> Any:
    """Bring the rows home; the version that names them is written when the attempt ends."""
    parsed = Parsed.model_validate_json((folder.result / PARSED_FILE).read_text(encoding="utf-8"))
    table = datasets.stored(studio.storage, folder.result / ROWS_FILE, parsed)
    home = Home(
        **{
            name: value
            for source in ("files", "storage")
            for name, value in claim.payload.get(source, {}).items()
            if name in ("name", "dataset_id")
        }
    )

    def keep(session: Session) -> None:
        who = on_behalf_of(session.get_one(Job, claim.job_id).project_id)
        kept = imports.keep(session, who, studio.broker, table, home, parsed.name)
        result = {"version_id": str(kept.version.id), "is_new": kept.is_new}
        session.execute(update(Job).where(Job.id == claim.job_id).values(result=result))

    return keep


def clear(studio: Studio, claim: Claim) -> None:
    """The uploads that were read, or refused, are used up."""
    uploads.forget(studio, _uploads(claim))


def allows(claim: Claim) -> tuple[str, ...]:
    """The keys of buckets, for the import that reads one."""
    return ("AWS_",) if "storage" in claim.payload else ()


def asks_hub(claim: Claim) -> bool:
    return "hub" in claim.payload


def _uploads(claim: Claim) -> list[UploadId]:
    return [UploadId(name) for name in claim.payload.get("files", {}).get("uploads", ())]
