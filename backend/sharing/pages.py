"""Sharing a run: its links, for people of its project; and the page that a link opens."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request, Response
from sqlalchemy.orm import Session

from backend.accounts.current import InPerson, MayPublish, MayRead
from backend.accounts.people import Person
from backend.ids import RunId, ShareId
from backend.proof import judged
from backend.runs import service as runs
from backend.runs.history import curves_of
from backend.runs.pages import charts, drawn_keys, said_of
from backend.sharing import service
from backend.sharing.schemas import MOST_DAYS, ShareOut
from backend.sharing.tables import RunShare
from backend.studio import Studio
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.web.paging import newest_first
from backend.web.templates import page, see

router = APIRouter(include_in_schema=False)

LIVES_DAYS = (7, 30, 90)
LISTED = 50


@router.get("/runs/{run_id}/share")
def show(
    request: Request, run_id: RunId, who: MayRead, session: ReadSession, studio: TheStudio
) -> Response:
    return _page(request, session, studio, who, run_id)


@router.post("/runs/{run_id}/share")
def create(
    request: Request,
    run_id: RunId,
    who: MayPublish,
    session: DbSession,
    studio: TheStudio,
    days: Annotated[int, Form(ge=1, le=MOST_DAYS)] = LIVES_DAYS[1],
) -> Response:
    """Answers the page with the address on it, which no other page ever shows."""
    _, secret = service.create(session, who, run_id, days)
    return _page(request, session, studio, who, run_id, secret)


@router.post("/runs/{run_id}/share/{share_id}/withdraw")
def withdraw(run_id: RunId, share_id: ShareId, who: MayPublish, session: DbSession) -> Response:
    service.withdraw(session, who, run_id, share_id)
    return see(f"/runs/{run_id}/share")


@router.get("/shared/{secret}")
def shared(
    request: Request,
    secret: Annotated[str, Path(max_length=100)],
    who: InPerson,
    session: ReadSession,
) -> Response:
    """The run as it stands, for somebody who need not be in its project. No row of its data, no log
    line, no notes and no names of datasets are on it, and nothing on it leads further."""
    run, share = service.opened(session, secret)
    out = runs.show(run)
    known = curves_of(session, run, drawn_keys(out))
    proof = judged.newest(session, run.model_id) if run.model_id else None
    return page(
        request,
        "runs/shared.html",
        run=out,
        charts=charts(out, known),
        said=said_of(out, known),
        verdict=judged.verdict_of(session, proof) if proof else None,
        until=share.expires_at,
    )


def _page(
    request: Request,
    session: Session,
    studio: Studio,
    who: Person,
    run_id: RunId,
    secret: str | None = None,
) -> Response:
    run = runs.get(session, who, run_id)
    return page(
        request,
        "runs/share.html",
        run=run,
        listed=newest_first(
            session,
            service.shares_of(who, run_id),
            RunShare.id,
            LISTED,
            None,
            ShareOut.model_validate,
        ).items,
        lives_days=LIVES_DAYS,
        url=secret and f"{studio.settings.address}/shared/{secret}",
    )
