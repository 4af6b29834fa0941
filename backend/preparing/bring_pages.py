"""Data on its way in, for people: where a file goes, and the list of what is there."""

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile
from sqlalchemy.orm import Session

from backend.accounts.current import MayRead, MayWrite
from backend.accounts.people import Person
from backend.datasets import service
from backend.datasets.listed import Listed
from backend.datasets.service import Kept
from backend.datasets.tables import Dataset
from backend.preparing import imports
from backend.preparing.imports import Home
from backend.preparing.imports_storage import allowed_url
from backend.preparing.pasted import from_text
from backend.problems import Invalid, Problem, Refusal
from backend.runs.tables import Job
from backend.studio import Studio
from backend.web.dependencies import ReadSession, TheStudio
from backend.web.paging import Cursor, Page, newest_first
from backend.web.templates import page, see

LISTED = 50

router = APIRouter(include_in_schema=False)


@router.get("/data")
def index(
    request: Request,
    who: MayRead,
    session: ReadSession,
    studio: TheStudio,
    cursor: Cursor = None,
) -> Response:
    return _page(request, studio, _listed(session, who, cursor))


@router.post("/data")
def bring(
    request: Request,
    who: MayWrite,
    studio: TheStudio,
    file: Annotated[list[UploadFile], File()],
) -> Response:
    """Take files in and lead on to them; or say on the same page what is wrong with them."""
    sources = [(each.file, each.filename or "data") for each in file]
    try:
        made = imports.from_forms(studio, who, sources, Home())
    except Refusal as refusal:
        return _refused(request, who, studio, refusal)
    return see(_place_of(made))


async def _pasted(request: Request, studio: TheStudio) -> str:
    """The text, which may be longer than a form's field usually may."""
    form = await request.form(max_part_size=studio.settings.max_request_bytes)
    return str(form.get("text", ""))


@router.post("/data/paste")
def paste(
    request: Request,
    who: MayWrite,
    studio: TheStudio,
    text: Annotated[str, Depends(_pasted)],
) -> Response:
    try:
        made = from_text(studio, who, text, Home())
    except Refusal as refusal:
        return _refused(request, who, studio, refusal, pasted=text)
    return see(_place_of(made))


@router.post("/data/storage")
def bring_from_storage(
    request: Request, who: MayWrite, studio: TheStudio, url: Annotated[str, Form()]
) -> Response:
    try:
        allowed = allowed_url(url, studio.settings.import_prefixes)
    except Invalid as refusal:
        return _refused(request, who, studio, refusal, url=url)
    return see(_place_of(imports.from_storage(studio, who, allowed, Home())))


@router.post("/data/sample")
def bring_sample(who: MayWrite, studio: TheStudio) -> Response:
    return see(_place_of(service.import_sample(studio, who)))


def _place_of(made: Kept | Job) -> str:
    return f"/data/imports/{made.id}" if isinstance(made, Job) else f"/data/{made.version.id}"


def _refused(
    request: Request, who: Person, studio: Studio, why: Refusal, **filled: str
) -> Response:
    with studio.database.reading() as session:
        listed = _listed(session, who, None)
    return _page(request, studio, listed, tuple(why.problems), why.status, **filled)


def _page(
    request: Request,
    studio: Studio,
    listed: Page[Listed],
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    *,
    pasted: str = "",
    url: str = "",
) -> Response:
    return page(
        request,
        "data/index.html",
        status=status,
        problems=problems,
        listed=listed,
        pasted=pasted,
        prefixes=studio.settings.import_prefixes,
        url=url,
    )


def _listed(session: Session, who: Person, cursor: str | None) -> Page[Listed]:
    query = service.datasets_of(who)
    return newest_first(session, query, Dataset.id, LISTED, cursor, Listed.newest)
