"""Data, for people: bring it, look at it, see what can be trained with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, File, Query, Request, Response, UploadFile
from sqlalchemy.orm import Session

from backend.accounts.current import CurrentPerson
from backend.catalog.columns import ColumnFacts
from backend.datasets import facts as table_facts
from backend.datasets import service
from backend.datasets.tables import Dataset, DatasetVersion
from backend.ids import VersionId
from backend.problems import Problem, Refusal
from backend.recipes.fits import fits
from backend.recipes.mapping import propose
from backend.recipes.schemas import Mapping
from backend.web.dependencies import ReadSession, TheStudio
from backend.web.paging import Cursor, Page, newest_first
from backend.web.templates import page, see

ROWS_SHOWN = 20
LISTED = 50

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """The newest version of a dataset, as a row of the list."""

    id: VersionId
    name: str
    rows: int
    size_bytes: int
    columns: tuple[ColumnFacts, ...]
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Part:
    """A column, and the part that the proposal gives it: input (the `n`th), label, group, none."""

    facts: ColumnFacts
    part: str
    n: int = 0


@router.get("/data")
def index(
    request: Request, who: CurrentPerson, session: ReadSession, cursor: Cursor = None
) -> Response:
    return page(request, "data/index.html", problems=(), listed=_listed(session, who, cursor))


@router.post("/data")
def bring(
    request: Request,
    who: CurrentPerson,
    studio: TheStudio,
    file: Annotated[UploadFile, File()],
) -> Response:
    """Take a file in and lead on to it; or say on the same page what is wrong with it."""
    try:
        kept = service.import_upload(studio, who, file.file, file.filename or "data")
    except Refusal as refusal:
        return _refused(request, who, studio, refusal)
    return see(f"/data/{kept.version.id}")


@router.post("/data/sample")
def bring_sample(who: CurrentPerson, studio: TheStudio) -> Response:
    kept = service.import_sample(studio, who)
    return see(f"/data/{kept.version.id}")


@router.get("/data/{version_id}")
def show(
    request: Request,
    version_id: VersionId,
    who: CurrentPerson,
    session: ReadSession,
    studio: TheStudio,
    offset: Annotated[int, Query(ge=0)] = 0,
    q: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    version = service.get_version(session, who, version_id)
    facts = table_facts.from_json(version.facts)
    mapping = propose(facts)
    return page(
        request,
        "data/show.html",
        version=_row(service.get_dataset(session, who, version.dataset_id), version),
        columns=_parts(facts.columns, mapping),
        mapping=mapping,
        fits=fits(mapping, facts) if mapping else [],
        shown=service.rows_of(studio.storage, version, offset, ROWS_SHOWN, q or None),
        offset=offset,
        limit=ROWS_SHOWN,
        q=q,
    )


def _refused(request: Request, who: CurrentPerson, studio: TheStudio, why: Refusal) -> Response:
    problems: tuple[Problem, ...] = tuple(why.problems)
    with studio.database.reading() as session:
        listed = _listed(session, who, None)
    return page(request, "data/index.html", status=why.status, problems=problems, listed=listed)


def _listed(session: Session, who: CurrentPerson, cursor: str | None) -> Page[Listed]:
    query = service.datasets_of(who)
    return newest_first(session, query, Dataset.id, LISTED, cursor, _newest_version)


def _newest_version(dataset: Dataset) -> Listed:
    return _row(dataset, dataset.versions[0])


def _row(dataset: Dataset, version: DatasetVersion) -> Listed:
    return Listed(
        id=version.id,
        name=dataset.name,
        rows=version.rows,
        size_bytes=version.size_bytes,
        columns=table_facts.from_json(version.facts).columns,
        created_at=version.created_at,
    )


def _parts(columns: tuple[ColumnFacts, ...], mapping: Mapping | None) -> list[Part]:
    def part(column: ColumnFacts) -> Part:
        if mapping and column.name in mapping.inputs:
            return Part(facts=column, part="input", n=mapping.inputs.index(column.name) + 1)
        if mapping and column.name == mapping.label:
            return Part(facts=column, part="label")
        if mapping and column.name == mapping.group:
            return Part(facts=column, part="group")
        return Part(facts=column, part="none")

    return [part(column) for column in columns]
