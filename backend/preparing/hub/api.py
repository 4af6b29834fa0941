"""Picking a dataset of the Hugging Face Hub over REST: find it, see its splits and first rows."""

from typing import Annotated, Any

from fastapi import Path, Query, Response

from backend.accounts.current import MayRead
from backend.hub.connection import access_of
from backend.preparing.hub.picking import look, rows_of
from backend.preparing.hub.preview import preview_of
from backend.preparing.hub.schemas import FoundOut, FoundsOut, PreviewOut, SplitsOut
from backend.preparing.hub.search import Sort, find
from backend.recipes.hub import REPO_PATTERN
from backend.rest.route import rest_router
from backend.runs.schemas import JobOut
from backend.runs.tables import Job
from backend.web.dependencies import TheStudio

router = rest_router("hub")

Repo = Annotated[str, Path(pattern=REPO_PATTERN, description="Owner and name.")]
Words = Annotated[str, Query(max_length=200, description="Empty: all of them.")]
Subset = Annotated[str | None, Query(max_length=200, description="Empty: the first.")]
Split = Annotated[str | None, Query(max_length=200, description="Empty: train, or the first.")]
Revision = Annotated[
    str | None, Query(max_length=100, pattern=r"^[\w./-]+$", description="Empty: main.")
]
OrJob: dict[int | str, dict[str, Any]] = {
    202: {"model": JobOut, "description": "A worker is reading it: ask again once it ended."}
}


@router.get("/hub/datasets", operation_id="findHubDatasets")
def search(
    who: MayRead,
    studio: TheStudio,
    q: Words = "",
    sort: Sort = Sort.DOWNLOADS,
    recommended: bool = False,
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
) -> FoundsOut:
    """Datasets that the Hub finds; `recommended` are those made for embedding models."""
    found = find(access_of(studio, who), q, sort, recommended, limit)
    return FoundsOut(items=[FoundOut.model_validate(each) for each in found])


@router.get(
    "/hub/datasets/{repo:path}/splits",
    operation_id="listHubSplits",
    response_model=SplitsOut | JobOut,
    responses=OrJob,
)
def splits(
    repo: Repo,
    who: MayRead,
    studio: TheStudio,
    response: Response,
    revision: Revision = None,
) -> SplitsOut | JobOut:
    """Subsets and splits, with their rows where known. 202 where only a worker can tell."""
    access = access_of(studio, who)
    looked = look(access, repo, revision)
    if looked.subsets:
        return SplitsOut.of(looked, looked.subsets)
    first = rows_of(studio, who, access, looked, None, None)
    if isinstance(first, Job):
        return _waits(first, response)
    return SplitsOut.of(looked, first.known_subsets())


@router.get(
    "/hub/datasets/{repo:path}/preview",
    operation_id="previewHubDataset",
    response_model=PreviewOut | JobOut,
    responses=OrJob,
)
def preview(
    repo: Repo,
    who: MayRead,
    studio: TheStudio,
    response: Response,
    subset: Subset = None,
    split: Split = None,
    revision: Revision = None,
) -> PreviewOut | JobOut:
    """The first rows, and what could be trained with them. 202 where a worker must read them."""
    access = access_of(studio, who)
    looked = look(access, repo, revision)
    first = rows_of(studio, who, access, looked, subset or None, split or None)
    if isinstance(first, Job):
        return _waits(first, response)
    return PreviewOut.of(looked, first, preview_of(first))


def _waits(job: Job, response: Response) -> JobOut:
    response.status_code = 202
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    response.headers["Retry-After"] = "2"
    return JobOut.model_validate(job)
