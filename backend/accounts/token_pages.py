"""Settings, Tokens: make one, see its secret this once, revoke it."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy.orm import Session

from backend.accounts import signing_in, tokens
from backend.accounts.current import InPerson
from backend.accounts.people import Person, Scope
from backend.accounts.schemas import TokenOut
from backend.accounts.tables import ApiToken
from backend.clock import utc_now
from backend.ids import TokenId
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.web.paging import newest_first
from backend.web.templates import page, see

router = APIRouter(prefix="/settings/tokens", include_in_schema=False)

HERE = "/settings/tokens"
LISTED = 50
LIVES_DAYS = (30, 90, 365, 0)
"""What can be chosen; 0 is for ever."""


@router.get("")
def show(
    request: Request,
    who: InPerson,
    session: ReadSession,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    return _page(request, session, who, cursor=cursor)


@router.post("")
def create(
    request: Request,
    who: InPerson,
    session: DbSession,
    studio: TheStudio,
    name: Annotated[str, Form(min_length=1, max_length=200)],
    days: Annotated[int, Form(ge=0, le=3_650)],
    scopes: Annotated[list[Scope] | None, Form()] = None,
) -> Response:
    """Answers the page with the secret on it, which no other page ever shows."""
    signing_in.check_accounts(studio)
    expires_at = utc_now() + timedelta(days=days) if days else None
    made, secret = tokens.create(session, who, name, scopes or [Scope.READ], expires_at)
    return _page(request, session, who, made=TokenOut.model_validate(made), secret=secret)


@router.post("/{token_id}/revoke")
def revoke(token_id: TokenId, who: InPerson, session: DbSession) -> Response:
    tokens.revoke(session, who, token_id)
    return see(HERE)


def _page(
    request: Request,
    session: Session,
    who: Person,
    *,
    cursor: str | None = None,
    made: TokenOut | None = None,
    secret: str = "",
) -> Response:
    listed = newest_first(
        session, tokens.newest(who), ApiToken.id, LISTED, cursor, TokenOut.model_validate
    )
    return page(
        request,
        "settings/tokens.html",
        listed=listed,
        scopes=[scope for scope in Scope if who.may(scope)],
        lives_days=LIVES_DAYS,
        made=made,
        secret=secret,
        address=str(request.base_url).rstrip("/"),
        now=utc_now(),
    )
