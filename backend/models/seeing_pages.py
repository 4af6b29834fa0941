"""See it: a search in one's own texts, whose neighbours changed, and a map before and after."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy.orm import Session

from backend.accounts.current import MayEmbed, MayRead, MayTrain
from backend.accounts.people import Person
from backend.ids import ModelId
from backend.models import seeing, service, work
from backend.models.api import TheEmbedder
from backend.models.scatter import scatter
from backend.models.schemas import Text
from backend.models.seeing_schemas import SearchOut
from backend.models.tabs import TABS
from backend.problems import Unready
from backend.proof.seen import MOST_TEXTS, Seen
from backend.runs.schemas import JobOut
from backend.runs.states import JobKind
from backend.studio import Studio
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.web.templates import page, see

FOUND = 10
CHANGED = 8

router = APIRouter(include_in_schema=False)

By = Annotated[str | None, Query(max_length=200)]


@dataclass(frozen=True, kw_only=True)
class Searched:
    """A question, and what was found if it is known yet."""

    query: str = ""
    answer: SearchOut | None = None
    retry_after_seconds: int | None = None

    @property
    def starting(self) -> bool:
        return self.retry_after_seconds is not None


@router.get("/models/{model_id}/see")
def show(
    request: Request,
    model_id: ModelId,
    who: MayRead,
    session: ReadSession,
    studio: TheStudio,
    by: By = None,
) -> Response:
    return _page(request, session, studio, who, model_id, Searched(), by)


@router.post("/models/{model_id}/see")
def look(model_id: ModelId, who: MayTrain, session: DbSession, studio: TheStudio) -> Response:
    seeing.begin(session, who, studio.broker, model_id)
    return see(f"/models/{model_id}/see")


@router.post("/models/{model_id}/see/search")
def search(
    request: Request,
    model_id: ModelId,
    who: MayEmbed,
    studio: TheStudio,
    embedder: TheEmbedder,
    query: Annotated[Text, Form()],
) -> Response:
    """What both models find; while they are being loaded, 503 with a piece that asks again."""
    with studio.database.reading() as session:
        model = service.get(session, who, model_id)
        found = seeing.of_model(session, who, studio.storage, model)
    try:
        answer = seeing.search(embedder, model, found, query, FOUND)
        searched, status = Searched(query=query, answer=answer), 200
    except Unready as reason:
        again = int(reason.headers["Retry-After"])
        searched, status = Searched(query=query, retry_after_seconds=again), reason.status
    with studio.database.reading() as session:
        response = _page(
            request, session, studio, who, model_id, searched, block="searched", status=status
        )
    if searched.starting:
        response.headers["Retry-After"] = str(searched.retry_after_seconds)
    return response


def _page(
    request: Request,
    session: Session,
    studio: Studio,
    who: Person,
    model_id: ModelId,
    searched: Searched,
    by: str | None = None,
    block: str | None = None,
    status: int = 200,
) -> Response:
    model = service.get(session, who, model_id)
    job = work.newest(session, who, model_id, JobKind.SEE)
    try:
        found: Seen | None = seeing.of_model(session, who, studio.storage, model)
    except seeing.NotLookedAt:
        found = None
    flat = seeing.flat_map(found, by) if found else None
    return page(
        request,
        "models/see.html",
        block,
        status,
        model=service.show(session, studio.storage, model),
        tabs=TABS,
        job=JobOut.model_validate(job) if job else None,
        most_texts=MOST_TEXTS,
        searched=searched,
        found_by_each=FOUND,
        seen=seeing.summary(found, CHANGED) if found else None,
        map=flat,
        drawn=scatter(flat) if flat else None,
        curl=_curl(model_id, str(request.base_url)),
    )


def _curl(model_id: ModelId, base_url: str) -> str:
    return (
        f'curl {base_url}api/v1/models/{model_id}/search -H "Content-Type: application/json" '
        """-d '{"query": "one text"}'"""
    )
