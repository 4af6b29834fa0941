"""Datasets over REST."""

from typing import Annotated, Literal

from fastapi import Query, Response
from fastapi.responses import FileResponse, StreamingResponse

from backend.accounts.current import MayRead, MayWrite
from backend.datasets import advice, download, facts, service
from backend.datasets.schemas import (
    DatasetChange,
    DatasetOut,
    FitOut,
    FitsIn,
    FitsOut,
    RecommendIn,
    RowsOut,
    VersionOut,
)
from backend.datasets.tables import Dataset
from backend.ids import DatasetId, VersionId
from backend.recipes.formats import recognise
from backend.recipes.schemas import Recipe
from backend.rest.route import rest_router
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.web.headers import attached
from backend.web.paging import Cursor, Limit, Page, newest_first

router = rest_router("datasets")

Offset = Annotated[int, Query(ge=0, description="How many rows to pass over.")]
Words = Annotated[str | None, Query(max_length=200, description="Only rows with a text like this.")]


@router.post("/datasets/sample", operation_id="createSampleDataset", status_code=201)
def create_sample(studio: TheStudio, who: MayWrite, response: Response) -> VersionOut:
    """Import the sample: real texts, from the documentation of the installed Python packages."""
    return _answer(service.import_sample(studio, who), response)


@router.get("/datasets", operation_id="listDatasets")
def list_(
    who: MayRead, session: ReadSession, limit: Limit = 50, cursor: Cursor = None
) -> Page[DatasetOut]:
    """Your datasets with their versions, newest first."""
    query = service.datasets_of(who)
    return newest_first(session, query, Dataset.id, limit, cursor, DatasetOut.of)


@router.get("/datasets/{dataset_id}", operation_id="getDataset")
def show(dataset_id: DatasetId, who: MayRead, session: ReadSession) -> DatasetOut:
    """One dataset with its versions."""
    return DatasetOut.of(service.get_dataset(session, who, dataset_id))


@router.patch("/datasets/{dataset_id}", operation_id="changeDataset")
def change(
    dataset_id: DatasetId, body: DatasetChange, who: MayWrite, session: DbSession
) -> DatasetOut:
    """Give a dataset another name or other tags. Its versions stay as they are."""
    return DatasetOut.of(service.change(session, who, dataset_id, body))


@router.get("/dataset-versions/{version_id}", operation_id="getDatasetVersion")
def show_version(version_id: VersionId, who: MayRead, session: ReadSession) -> VersionOut:
    """One version: its rows, columns and format, and what it was made from."""
    return VersionOut.of(service.get_version(session, who, version_id))


@router.get("/dataset-versions/{version_id}/rows", operation_id="listRows")
def list_rows(
    version_id: VersionId,
    who: MayRead,
    studio: TheStudio,
    session: ReadSession,
    offset: Offset = 0,
    limit: Limit = 50,
    q: Words = None,
) -> RowsOut:
    """Rows in their order. A page of very long texts may hold fewer than `limit`."""
    version = service.get_version(session, who, version_id)
    return RowsOut.of(service.rows_of(studio.storage, version, offset, limit, q))


@router.get(
    "/dataset-versions/{version_id}/download",
    operation_id="downloadRows",
    response_class=Response,
    responses={
        200: {
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                "application/vnd.apache.parquet": {"schema": {"type": "string"}},
            }
        }
    },
)
def download_rows(
    version_id: VersionId,
    who: MayRead,
    studio: TheStudio,
    session: ReadSession,
    form: Annotated[
        Literal["parquet", "csv"],
        Query(alias="format", description="csv is for spreadsheets: it holds no formula."),
    ] = "parquet",
) -> Response:
    """All rows as a file: Parquet, the same to the byte as what is trained with; or CSV."""
    version = service.get_version(session, who, version_id)
    path = studio.storage.file(version.object_hash)
    if form == "csv":
        kind, headers = "text/csv; charset=utf-8", attached(f"{version.id}.csv")
        return StreamingResponse(download.spreadsheet(path), media_type=kind, headers=headers)
    kind, headers = "application/vnd.apache.parquet", attached(f"{version.id}.parquet")
    return FileResponse(path, media_type=kind, headers=headers)


@router.post("/dataset-versions/{version_id}/fits", operation_id="listFits")
def list_fits(
    version_id: VersionId, who: MayRead, session: ReadSession, body: FitsIn | None = None
) -> FitsOut:
    """What this data can be trained with: yes, yes after a change, or no, and why."""
    table = facts.from_json(service.get_version(session, who, version_id).facts)
    mapping, answers = advice.what_fits(table, body.mapping if body else None)
    found = recognise(table, mapping)
    return FitsOut(
        format=found.format,
        sentence=found.sentence,
        mapping=mapping,
        losses=[FitOut.of(fit) for fit in answers],
    )


@router.post("/dataset-versions/{version_id}/recommend", operation_id="recommendRecipe")
def recommend(
    version_id: VersionId, who: MayRead, session: ReadSession, body: RecommendIn | None = None
) -> Recipe:
    """A recipe for this data, for a person who has no opinion yet."""
    wish = body or RecommendIn()
    table = facts.from_json(service.get_version(session, who, version_id).facts)
    return advice.recommended(version_id, table, wish.mapping, wish.loss, wish.goal)


def _answer(kept: service.Kept, response: Response) -> VersionOut:
    response.status_code = 201 if kept.is_new else 200
    response.headers["Location"] = f"/api/v1/dataset-versions/{kept.version.id}"
    return VersionOut.of(kept.version)
