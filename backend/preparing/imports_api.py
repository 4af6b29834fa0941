"""Data on its way in, over REST. What takes long is a job, whose result is the version."""

from typing import Annotated, Any, BinaryIO

from fastapi import File, Form, Response, UploadFile
from pydantic import Field

from backend.accounts.current import MayWrite
from backend.datasets.schemas import VersionOut
from backend.datasets.service import Kept
from backend.ids import DatasetId, UploadId
from backend.preparing import imports
from backend.preparing.imports import Home
from backend.preparing.imports_storage import allowed_url
from backend.preparing.pasted import from_text
from backend.recipes.hub import HubDataset
from backend.recipes.schemas import Strict
from backend.rest.route import rest_router
from backend.runs.schemas import JobOut
from backend.runs.tables import Job
from backend.web.dependencies import DbSession, TheStudio

MOST_FILES = 100

router = rest_router("datasets")

Name = Annotated[str | None, Field(max_length=200, description="Default: the file's name.")]
Files = Annotated[list[UploadFile], File(description="Several become one version.")]
VersionOrJob: dict[int | str, dict[str, Any]] = {
    200: {"model": VersionOut, "description": "The version of the same content that there was."},
    202: {"model": JobOut, "description": "The job that reads it."},
}


class UploadsIn(Strict):
    """Files that came in parts, as one version: of a dataset that there is, or of a new one."""

    uploads: list[UploadId] = Field(min_length=1, max_length=MOST_FILES)
    name: Name = None
    dataset_id: DatasetId | None = None


class PastedIn(Strict):
    text: str = Field(description="Cells from a spreadsheet, CSV, JSON or JSON Lines.")
    name: Name = None


class StorageIn(Strict):
    url: str = Field(max_length=2_000, examples=["s3://bucket/folder/questions.csv.gz"])
    name: Name = None
    dataset_id: DatasetId | None = None


@router.post(
    "/datasets",
    operation_id="createDataset",
    status_code=201,
    response_model=VersionOut | JobOut,
    responses=VersionOrJob,
)
def create(
    studio: TheStudio,
    who: MayWrite,
    response: Response,
    file: Files,
    name: Annotated[str | None, Form(max_length=200)] = None,
) -> VersionOut | JobOut:
    """Import files as a new dataset with its first version: CSV, TSV, text, JSON, JSON Lines,
    Parquet, Arrow, Feather, Excel, each also as .gz, .zst or .zip.

    Answers 200 with the version that there is, where one has the same content; 202 with a job where
    they are so large that reading them takes a while.
    """
    return answer(imports.from_forms(studio, who, _named(file), Home(name=name)), response)


@router.post(
    "/datasets/{dataset_id}/versions",
    operation_id="createDatasetVersion",
    status_code=201,
    response_model=VersionOut | JobOut,
    responses=VersionOrJob,
)
def create_version(
    dataset_id: DatasetId, studio: TheStudio, who: MayWrite, response: Response, file: Files
) -> VersionOut | JobOut:
    """Import files as one more version of a dataset."""
    home = Home(dataset_id=dataset_id)
    return answer(imports.from_forms(studio, who, _named(file), home), response)


@router.post(
    "/datasets/import",
    operation_id="importUploads",
    status_code=201,
    response_model=VersionOut | JobOut,
    responses=VersionOrJob,
)
def import_uploads(
    body: UploadsIn, studio: TheStudio, who: MayWrite, response: Response
) -> VersionOut | JobOut:
    """Make one version of uploads that are complete. They are used up, read or refused."""
    home = Home(name=body.name, dataset_id=body.dataset_id)
    return answer(imports.from_uploads(studio, who, body.uploads, home), response)


@router.post(
    "/datasets/paste",
    operation_id="pasteDataset",
    status_code=201,
    responses={200: VersionOrJob[200]},
)
def paste(body: PastedIn, studio: TheStudio, who: MayWrite, response: Response) -> VersionOut:
    """Make a version of a table as text, such as the cells that a spreadsheet puts on the clipboard."""
    return _version(from_text(studio, who, body.text, Home(name=body.name)), response)


@router.post("/datasets/storage", operation_id="importFromStorage", status_code=202)
def import_from_storage(
    body: StorageIn, studio: TheStudio, who: MayWrite, response: Response
) -> JobOut:
    """Queue the import of a file of a bucket that the operator has allowed."""
    url = allowed_url(body.url, studio.settings.import_prefixes)
    home = Home(name=body.name, dataset_id=body.dataset_id)
    return queued(imports.from_storage(studio, who, url, home), response)


@router.post("/datasets/hub", operation_id="importHubDataset", status_code=202)
def import_from_hub(
    body: HubDataset,
    who: MayWrite,
    session: DbSession,
    studio: TheStudio,
    response: Response,
) -> JobOut:
    """Queue the import of a dataset of the Hugging Face Hub; the job's result is its version."""
    job = imports.from_hub(studio, session, who, body.model_dump(mode="json"))
    return queued(job, response)


def answer(made: Kept | Job, response: Response) -> VersionOut | JobOut:
    return queued(made, response) if isinstance(made, Job) else _version(made, response)


def queued(job: Job, response: Response) -> JobOut:
    response.status_code = 202
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return JobOut.model_validate(job)


def _version(kept: Kept, response: Response) -> VersionOut:
    response.status_code = 201 if kept.is_new else 200
    response.headers["Location"] = f"/api/v1/dataset-versions/{kept.version.id}"
    return VersionOut.of(kept.version)


def _named(files: list[UploadFile]) -> list[tuple[BinaryIO, str]]:
    return [(file.file, file.filename or "") for file in files]
