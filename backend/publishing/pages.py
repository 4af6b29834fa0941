"""The tab "Publish" of a model: what will leave, then the button that lets exactly this leave."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from backend.accounts.current import MayPublish, MayRead
from backend.accounts.people import Person
from backend.hub.access import Access
from backend.hub.tables import HubConnection
from backend.ids import ModelId, PublicationId
from backend.models import service as models
from backend.models.tabs import TABS
from backend.problems import Refusal
from backend.publishing import service
from backend.publishing.form import LICENSES
from backend.publishing.form import Form as Entered
from backend.publishing.tables import Publication
from backend.studio import Studio
from backend.web.dependencies import TheStudio
from backend.web.templates import page, see

LISTED = 20

router = APIRouter(prefix="/models/{model_id}/publish", include_in_schema=False)


@router.get("")
def show(
    request: Request,
    model_id: ModelId,
    who: MayRead,
    studio: TheStudio,
    plan: PublicationId | None = None,
) -> Response:
    """The form; with a plan, what will leave by it."""
    return _page(request, studio, who, model_id, plan=plan)


@router.post("/preview")
def preview(
    request: Request,
    model_id: ModelId,
    who: MayPublish,
    studio: TheStudio,
    repo: Annotated[str, Form(max_length=300)] = "",
    license: Annotated[str, Form(max_length=100)] = "",
    languages: Annotated[str, Form(max_length=500)] = "",
    visibility: Annotated[str, Form(max_length=20)] = "private",
    way: Annotated[str, Form(max_length=20)] = "commit",
    with_samples: Annotated[bool, Form()] = False,
) -> Response:
    entered = Entered(
        repo=repo,
        license=license,
        languages=languages,
        visibility=visibility,
        way=way,
        with_samples=with_samples,
    )
    try:
        made = service.preview(studio, who, model_id, entered.read())
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _page(request, studio, who, model_id, entered=entered, refusal=refusal)
    return see(f"/models/{model_id}/publish?plan={made.id}#plan")


@router.post("")
def publish(
    request: Request,
    model_id: ModelId,
    who: MayPublish,
    studio: TheStudio,
    publication_id: Annotated[PublicationId, Form()],
) -> Response:
    try:
        service.publish(studio, who, publication_id)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _page(request, studio, who, model_id, plan=publication_id, refusal=refusal)
    return see(f"/models/{model_id}/publish")


def _page(
    request: Request,
    studio: Studio,
    who: Person,
    model_id: ModelId,
    *,
    plan: PublicationId | None = None,
    entered: Entered | None = None,
    refusal: Refusal | None = None,
) -> Response:
    access = Access.now()
    with studio.database.reading() as session:
        model = models.show(session, studio.storage, models.get(session, who, model_id))
        newest = service.newest(session, who, model_id).order_by(Publication.id.desc())
        rows = list(session.scalars(newest.limit(LISTED)))
        planned = service.get(session, who, plan) if plan else None
        kept = session.get(HubConnection, who.id)
        shown = [service.show(session, row) for row in rows if row.job_id]
        response = page(
            request,
            "models/publish.html",
            status=refusal.status if refusal else 200,
            model=model,
            tabs=TABS,
            problems=tuple(refusal.problems) if refusal else (),
            entered=entered or _begun(planned, rows, service.default_repo(_account(kept), model)),
            plan=planned and service.show(session, planned),
            card=planned.card if planned else "",
            publications=shown,
            latest=None if plan else next(iter(shown), None),
            kept=kept,
            has_token=bool(kept or access.token_here or access.token_file),
            is_offline=access.is_offline,
            hub=access.hub,
            licenses=LICENSES,
        )
    response.headers.update(refusal.headers if refusal else {})
    return response


def _account(kept: HubConnection | None) -> str:
    return kept.name if kept else "your-name"


def _begun(planned: Publication | None, rows: list[Publication], repo: str) -> Entered:
    """What the form begins with: as it was last time, else open questions."""
    before = planned or next(iter(rows), None)
    return Entered.as_before(before) if before else Entered(repo=repo)
