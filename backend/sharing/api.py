"""Links to a run over REST. What a link opens is a page: a program has a token for its project."""

from fastapi import Response

from backend.accounts.current import MayPublish, MayRead
from backend.ids import RunId, ShareId
from backend.rest.keyed import SHOWN_ONCE
from backend.rest.route import rest_router
from backend.runs import service as runs
from backend.sharing import service
from backend.sharing.schemas import ShareIn, ShareOut, ShareWithUrl
from backend.sharing.tables import RunShare
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.web.paging import Cursor, Limit, Page, newest_first

router = rest_router("runs")


@router.post(
    "/runs/{run_id}/shares", operation_id="shareRun", status_code=201, dependencies=[SHOWN_ONCE]
)
def create(
    run_id: RunId, body: ShareIn, who: MayPublish, session: DbSession, studio: TheStudio
) -> ShareWithUrl:
    """Make a link by which everybody of the studio sees this run's page, and nothing else of the
    project. The answer holds its address, this once."""
    share, secret = service.create(session, who, run_id, body.days)
    return ShareWithUrl.of(share, f"{studio.settings.address}/shared/{secret}")


@router.get("/runs/{run_id}/shares", operation_id="listRunShares")
def list_(
    run_id: RunId, who: MayRead, session: ReadSession, limit: Limit = 50, cursor: Cursor = None
) -> Page[ShareOut]:
    """The links to a run, newest first, those that no longer work too."""
    runs.get(session, who, run_id)
    query, show = service.shares_of(who, run_id), ShareOut.model_validate
    return newest_first(session, query, RunShare.id, limit, cursor, show)


@router.delete("/runs/{run_id}/shares/{share_id}", operation_id="withdrawRunShare", status_code=204)
def withdraw(run_id: RunId, share_id: ShareId, who: MayPublish, session: DbSession) -> Response:
    """The link no longer works. Twice is once."""
    service.withdraw(session, who, run_id, share_id)
    return Response(status_code=204)
