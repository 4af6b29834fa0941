"""API tokens: `lw_` and 32 letters and digits, shown once, good in one project for some scopes."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backend.accounts import audit, refusals, secret_texts
from backend.accounts.audit import Act
from backend.accounts.people import Person, Scope
from backend.accounts.tables import ApiToken
from backend.clock import utc_now
from backend.ids import TokenId
from backend.problems import ROOT, Invalid, NotFound, Problem

NOTED_EACH = timedelta(minutes=5)


def create(
    session: Session,
    who: Person,
    name: str,
    scopes: Collection[Scope],
    expires_at: datetime | None,
) -> tuple[ApiToken, str]:
    """A token of `who`, for the project they are in, and its secret, which is shown this once.

    Raises Forbidden for a scope that they don't have, Invalid for a time that has passed.
    """
    beyond = sorted(set(scopes) - who.scopes)
    if beyond:
        raise refusals.takes_scope(beyond[0])
    if expires_at is not None and expires_at <= utc_now():
        raise Invalid(
            Problem(
                code="already_expired",
                title="This token would be dead at once",
                detail=f"{expires_at:%Y-%m-%d %H:%M} UTC is past. Choose a later time.",
                at=ROOT / "expires_at",
            )
        )
    secret = secret_texts.new_secret(secret_texts.TOKEN_LETTERS, secret_texts.TOKEN_PREFIX)
    token = ApiToken(
        digest=secret_texts.digest(secret),
        starts_with=secret[:7],
        user_id=who.id,
        project_id=who.project_id,
        name=name,
        scopes=sorted(scopes),
        expires_at=expires_at,
    )
    session.add(token)
    session.flush()
    audit.record(session, who, Act.TOKEN_CREATED, token.id, name=name, scopes=sorted(scopes))
    return token, secret


def find(session: Session, secret: str) -> ApiToken | None:
    """The living token of this secret."""
    return session.scalars(
        select(ApiToken).where(
            ApiToken.digest == secret_texts.digest(secret),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at.is_(None) | (ApiToken.expires_at > utc_now()),
        )
    ).one_or_none()


def is_alive(token: ApiToken) -> bool:
    is_over = token.expires_at is not None and token.expires_at <= utc_now()
    return token.revoked_at is None and not is_over


def is_to_be_noted(token: ApiToken) -> bool:
    return token.last_used_at is None or utc_now() - token.last_used_at > NOTED_EACH


def newest(who: Person) -> Select[ApiToken]:
    """The tokens that `who` made for the project they are in, dead ones too."""
    return select(ApiToken).where(ApiToken.user_id == who.id, ApiToken.project_id == who.project_id)


def get(session: Session, who: Person, token_id: TokenId) -> ApiToken:
    """Raises NotFound unless `who` made it, for this project."""
    token = session.scalars(newest(who).where(ApiToken.id == token_id)).one_or_none()
    if token is None:
        raise NotFound("API token", token_id)
    return token


def revoke(session: Session, who: Person, token_id: TokenId) -> ApiToken:
    """Dead from now on. Twice is once."""
    token = get(session, who, token_id)
    if token.revoked_at is None:
        token.revoked_at = utc_now()
        audit.record(session, who, Act.TOKEN_REVOKED, token.id, name=token.name)
    return token
