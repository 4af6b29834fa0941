"""What was noticed in a version: asking for a look, and following how far it is."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import ValidationError

from backend.accounts.current import MayRead, MayWrite
from backend.datasets import advice, facts, service
from backend.datasets.profile import USUAL_SAMPLE_ROWS, ProfileSettings
from backend.ids import VersionId
from backend.preparing import profiles
from backend.preparing.version_view import TheLooked, view
from backend.problems import Invalid, Pointer, Problem
from backend.recipes.mapping_query import from_query
from backend.recipes.schemas import DEFAULT_BASE_MODEL
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.web.own_address import query_of
from backend.web.templates import is_partial, page, see

Said = Annotated[str, Form(max_length=200)]

router = APIRouter(include_in_schema=False)


@router.get("/data/{version_id}/noticed")
def look_again(
    request: Request,
    version_id: VersionId,
    who: MayRead,
    session: ReadSession,
    studio: TheStudio,
    looked: TheLooked,
) -> Response:
    """How far the look is; the whole page anew as soon as it is done."""
    if not is_partial(request):
        return see(f"/data/{version_id}?{query_of(request)}#noticed")
    context = view(request, session, who, studio, version_id, looked)
    if context["noticed"].is_looking:
        return page(request, "data/show.html", "noticed", **context)
    answer = page(request, "data/show.html", "version", **context)
    answer.headers["HX-Retarget"] = "#version"
    return answer


@router.post("/data/{version_id}/profile")
def ask(
    request: Request,
    version_id: VersionId,
    who: MayWrite,
    session: DbSession,
    studio: TheStudio,
    base_model: Said = DEFAULT_BASE_MODEL,
    all_rows: Said = "",
    with_model: Said = "",
) -> Response:
    """Have it looked at with the columns that the address names. The same look twice is one."""
    version = service.get_version(session, who, version_id)
    mapping = from_query(request.query_params.multi_items())
    if mapping is not None:
        advice.sound_mapping(facts.from_json(version.facts), mapping)
    try:
        settings = ProfileSettings(
            mapping=mapping,
            base_model=base_model.strip(),
            sample_rows=None if all_rows else USUAL_SAMPLE_ROWS,
            with_model=bool(with_model),
        )
    except ValidationError as error:
        raise Invalid(_no_such_name(base_model)) from error
    profiles.ask(session, who, studio.broker, version, settings)
    return see(f"/data/{version_id}?{query_of(request)}#noticed")


def _no_such_name(base_model: str) -> Problem:
    return Problem(
        code="wrong_base_model",
        title="No model is called so",
        detail=f"{base_model!r} is neither the name of a model on the Hub, such as "
        f"{DEFAULT_BASE_MODEL}, nor the id of a model of this studio.",
        at=Pointer("/base_model"),
    )
