"""Settings, Audit log: what was done, and what was refused."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from backend.accounts import audit
from backend.accounts.audit import Act
from backend.accounts.current import MayRunStudio
from backend.accounts.schemas import AuditEntryOut
from backend.accounts.tables import AuditEntry
from backend.web.dependencies import ReadSession
from backend.web.paging import newest_first
from backend.web.templates import page

router = APIRouter(prefix="/settings/audit", include_in_schema=False)

LISTED = 50


@router.get("")
def show(
    request: Request,
    who: MayRunStudio,
    session: ReadSession,
    act: Annotated[str, Query(max_length=60)] = "",
    actor: Annotated[str, Query(max_length=254)] = "",
    cursor: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    query = audit.newest(act or None, actor.strip() or None)
    listed = newest_first(
        session, query, AuditEntry.id, LISTED, cursor, AuditEntryOut.model_validate
    )
    return page(
        request, "settings/audit.html", listed=listed, acts=list(Act), act=act, actor=actor.strip()
    )
