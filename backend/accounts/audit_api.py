"""The audit log over REST: for administrators of the studio."""

from typing import Annotated

from fastapi import Query

from backend.accounts import audit
from backend.accounts.current import MayRunStudio
from backend.accounts.schemas import AuditEntryOut
from backend.accounts.tables import AuditEntry
from backend.rest.route import rest_router
from backend.web.dependencies import ReadSession
from backend.web.paging import Cursor, Limit, Page, newest_first

router = rest_router("system")


@router.get("/system/audit-log", operation_id="listAuditLog")
def list_(
    who: MayRunStudio,
    session: ReadSession,
    act: Annotated[str | None, Query(max_length=60, examples=["signed in"])] = None,
    actor: Annotated[str | None, Query(max_length=254, description="An e-mail address.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[AuditEntryOut]:
    """What was done, and what was tried and refused; the newest first. Nothing is ever removed."""
    query = audit.newest(act, actor)
    return newest_first(session, query, AuditEntry.id, limit, cursor, AuditEntryOut.model_validate)
