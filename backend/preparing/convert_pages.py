"""Changing a version, for people: what can be done, how it would look, and doing it."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from sqlalchemy.orm import Session

from backend.accounts.current import MayRead, MayWrite
from backend.accounts.people import Person
from backend.datasets import service
from backend.datasets.operations.by_name import OPERATIONS, parse_all
from backend.ids import VersionId
from backend.preparing import operations
from backend.preparing.convert_view import catalogue, tried
from backend.preparing.operations import Wanted
from backend.problems import Invalid, NotFound, Pointer, Problem
from backend.studio import Studio
from backend.web.dependencies import ReadSession, TheStudio
from backend.web.own_address import address_of, query_of
from backend.web.templates import is_partial, page, see

router = APIRouter(include_in_schema=False)


async def _sent(request: Request) -> list[tuple[str, str]]:
    async with request.form() as fields:
        return [(name, value) for name, value in fields.multi_items() if isinstance(value, str)]


Sent = Annotated[list[tuple[str, str]], Depends(_sent)]


@router.get("/data/{version_id}/convert")
def choose(request: Request, version_id: VersionId, who: MayRead, session: ReadSession) -> Response:
    """All that can be done; what is of use for data of this form comes first."""
    version = service.get_version(session, who, version_id)
    dataset = service.get_dataset(session, who, version.dataset_id)
    shown = catalogue(version, request.query_params.multi_items())
    return page(request, "data/convert.html", version=version, name=dataset.name, shown=shown)


@router.get("/data/{version_id}/convert/{operation}")
def show(
    request: Request,
    version_id: VersionId,
    operation: str,
    who: MayRead,
    session: ReadSession,
    studio: TheStudio,
) -> Response:
    """The form of one operation, and what it would make of some rows."""
    query = request.query_params.multi_items()
    answer = _form(request, session, who, studio, version_id, operation, query)
    if is_partial(request):
        answer.headers["HX-Push-Url"] = address_of(request)
    return answer


@router.post("/data/{version_id}/convert/{operation}")
def apply(
    request: Request,
    version_id: VersionId,
    operation: str,
    who: MayWrite,
    studio: TheStudio,
    sent: Sent,
) -> Response:
    """Queue it and lead on to how far it is; or show the form again with what is wrong."""
    with studio.database.reading() as session:
        version = service.get_version(session, who, version_id)
        step = tried(_known(operation), version, sent, None).step
    try:
        return _queued(studio, who, version_id, [step], "")
    except Invalid as refusal:
        with studio.database.reading() as session:
            return _form(request, session, who, studio, version_id, operation, sent, refusal.status)


@router.post("/data/{version_id}/operations")
def apply_offered(
    request: Request,
    version_id: VersionId,
    who: MayWrite,
    studio: TheStudio,
    operations: Annotated[str, Form()],
) -> Response:
    """Queue steps that a page has offered; the address says with which columns to go on."""
    return _queued(studio, who, version_id, _steps(operations), query_of(request))


def _form(
    request: Request,
    session: Session,
    who: Person,
    studio: Studio,
    version_id: VersionId,
    operation: str,
    query: list[tuple[str, str]],
    status: int = 200,
) -> Response:
    version = service.get_version(session, who, version_id)
    shown = tried(_known(operation), version, query, studio.storage)
    name = service.get_dataset(session, who, version.dataset_id).name
    return page(
        request, "data/operation.html", "form", status, version=version, name=name, shown=shown
    )


def _queued(
    studio: Studio, who: Person, version_id: VersionId, steps: list[dict[str, Any]], query: str
) -> Response:
    wanted = Wanted(operations=parse_all(steps))
    with studio.database.writing() as session:
        version = service.get_version(session, who, version_id)
        job_id = operations.ask(session, who, studio.broker, version, wanted).id
    return see(f"/data/changes/{job_id}" + (f"?{query}" if query else ""))


def _known(operation: str) -> str:
    if operation not in OPERATIONS:
        raise NotFound("operation", operation)
    return operation


def _steps(text: str) -> list[dict[str, Any]]:
    try:
        steps = json.loads(text)
    except ValueError:
        steps = None
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise Invalid(
            Problem(
                code="form_incomplete",
                title="This form is not whole",
                detail="The steps that belong to it are missing. Open the data and try again.",
                at=Pointer("/operations"),
            )
        )
    return steps
