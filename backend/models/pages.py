"""Models, for people: the verdict, a box to try two texts in, and how to take the model away."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from backend.accounts.current import MayEmbed, MayRead, MayTrain
from backend.accounts.people import Person
from backend.ids import ModelId
from backend.models import examples, lineage, proving, service, work
from backend.models.api import TheEmbedder
from backend.models.schemas import ModelOut, SimilarityIn, SimilarityOut, Text
from backend.models.tables import Model
from backend.models.tabs import TABS
from backend.problems import NotFound, Unready
from backend.runs import service as runs
from backend.runs.schemas import JobOut
from backend.runs.states import JobKind
from backend.runs.tables import Job
from backend.studio import Studio
from backend.web.dependencies import ReadSession, TheStudio
from backend.web.paging import Cursor, newest_first
from backend.web.templates import page, see
from backend.web.whisker import span

LISTED = 50
EXAMPLES = 6

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class Tried:
    """Two texts, and their answer if there is one yet."""

    source: str = ""
    other: str = ""
    answer: SimilarityOut | None = None
    retry_after_seconds: int | None = None

    @property
    def starting(self) -> bool:
        return self.retry_after_seconds is not None


@router.get("/models")
def index(
    request: Request,
    who: MayRead,
    session: ReadSession,
    studio: TheStudio,
    cursor: Cursor = None,
) -> Response:
    def show(model: Model) -> ModelOut:
        return service.show(session, studio.storage, model)

    found = newest_first(session, service.newest(who), Model.id, LISTED, cursor, show)
    between = span(model.verdict.ci95 for model in found.items if model.verdict)
    return page(
        request,
        "models/index.html",
        models=found.items,
        next_cursor=found.next_cursor,
        between=between,
    )


@router.get("/models/{model_id}")
def show(
    request: Request,
    model_id: ModelId,
    who: MayRead,
    session: ReadSession,
    studio: TheStudio,
) -> Response:
    return _page(request, session, studio, who, model_id, Tried())


@router.post("/models/{model_id}/try")
def try_two(
    request: Request,
    model_id: ModelId,
    who: MayEmbed,
    studio: TheStudio,
    embedder: TheEmbedder,
    source: Annotated[Text, Form()],
    other: Annotated[Text, Form()],
) -> Response:
    """Both models' answers; while they are being loaded, 503 with a piece that asks again."""
    with studio.database.reading() as session:
        model = service.get(session, who, model_id)
    try:
        answer = service.similarity(embedder, model, SimilarityIn(source=source, others=[other]))
        tried, status = Tried(source=source, other=other, answer=answer), 200
    except Unready as reason:
        again = int(reason.headers["Retry-After"])
        tried, status = Tried(source=source, other=other, retry_after_seconds=again), reason.status
    with studio.database.reading() as session:
        response = _page(request, session, studio, who, model_id, tried, status)
    if tried.starting:
        response.headers["Retry-After"] = str(tried.retry_after_seconds)
    return response


@router.post("/models/{model_id}/prove")
def prove(model_id: ModelId, who: MayTrain, studio: TheStudio) -> Response:
    with studio.database.writing() as session:
        proving.open_prove(session, who, studio.broker, model_id)
    return see(f"/models/{model_id}")


def _page(
    request: Request,
    session: Session,
    studio: Studio,
    who: Person,
    model_id: ModelId,
    tried: Tried,
    status: int = 200,
) -> Response:
    found = service.get(session, who, model_id)
    model = service.show(session, studio.storage, found)
    run = runs.get(session, who, model.run_id)
    try:
        shown = examples.of_model(session, studio.storage, found, EXAMPLES)
    except NotFound:
        shown = None
    return page(
        request,
        "models/show.html",
        "tried",
        status,
        model=model,
        run=runs.show(run),
        lineage=lineage.of(session, who, model_id),
        curl=_curl(model, str(request.base_url)),
        tried=tried,
        examples=shown,
        proving=_job(work.newest(session, who, model_id, JobKind.PROVE)),
        seeds=service.over_seeds(session, who, run),
        tabs=TABS,
    )


def _job(job: Job | None) -> JobOut | None:
    return JobOut.model_validate(job) if job else None


def _curl(model: ModelOut, base_url: str) -> str:
    return (
        f'curl {base_url}api/v1/models/{model.id}/similarity -H "Content-Type: application/json" '
        """-d '{"source": "one text", "others": ["another"]}'"""
    )
