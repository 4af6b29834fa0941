"""Operations over REST: which there are, what they would make, and making it."""

from fastapi import Response

from backend.accounts.current import MayRead, MayWrite
from backend.datasets import service
from backend.datasets.operations.by_name import OPERATIONS, parse_all
from backend.ids import VersionId
from backend.preparing import operations
from backend.preparing.operations import Wanted
from backend.preparing.operations_preview import preview
from backend.preparing.operations_schemas import (
    OperationOut,
    OperationsIn,
    PreviewIn,
    PreviewOut,
)
from backend.rest.route import rest_router
from backend.runs.schemas import JobOut
from backend.web.dependencies import DbSession, ReadSession, TheStudio

router = rest_router("datasets")


@router.get("/operations", operation_id="listOperations")
def list_operations(_who: MayRead) -> list[OperationOut]:
    """All that can be done to a version, with the settings that each takes."""
    return [OperationOut.of(operation) for operation in OPERATIONS.values()]


@router.post(
    "/dataset-versions/{version_id}/operations", operation_id="applyOperations", status_code=202
)
def apply(
    version_id: VersionId,
    body: OperationsIn,
    who: MayWrite,
    session: DbSession,
    studio: TheStudio,
    response: Response,
) -> JobOut:
    """Queue these steps. The job's result is a new version, whose parent is this one."""
    wanted = Wanted(operations=parse_all(body.operations), name=body.name)
    version = service.get_version(session, who, version_id)
    job = operations.ask(session, who, studio.broker, version, wanted)
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return JobOut.model_validate(job)


@router.post("/dataset-versions/{version_id}/operations/preview", operation_id="previewOperations")
def show_preview(
    version_id: VersionId,
    body: PreviewIn,
    who: MayRead,
    session: ReadSession,
    studio: TheStudio,
) -> PreviewOut:
    """What these steps would make of some 2,000 rows, the same ones each time. Nothing is kept.

    What needs a model is not tried: its problem says so, and the steps before it are shown.
    """
    steps = parse_all(body.operations)
    version = service.get_version(session, who, version_id)
    rows_file = studio.storage.file(version.object_hash)
    return PreviewOut.of(preview(rows_file, version.rows, steps, body.rows))
