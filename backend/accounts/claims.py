"""The first start: whoever reads the terminal makes the studio theirs, once, within an hour."""

from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.accounts import audit, secret_texts, users
from backend.accounts.audit import Act
from backend.accounts.people import THE_PROJECT, Person, Role, a_stranger
from backend.accounts.tables import ClaimLink, Membership, User
from backend.clock import utc_now
from backend.problems import Gone
from backend.settings import Settings
from backend.studio import Studio

log = structlog.get_logger()

LASTS = timedelta(hours=1)


class NoAdminPassword(Exception):
    """LIKEWISE_ADMIN_EMAIL is set, and LIKEWISE_ADMIN_PASSWORD(_FILE) isn't: set both or none."""


def on_start(studio: Studio) -> str | None:
    """Where nobody has an account yet, make the administrator that the settings name, or a link:
    the answer, for the terminal and the log alone.

    Raises NoAdminPassword, Invalid for a weak password.
    """
    settings = studio.settings
    with studio.database.reading() as session:
        if settings.auth == "none" or users.is_anybody_there(session):
            return None
    if settings.admin_email is None:
        with studio.database.writing() as session:
            return f"{settings.address}/claim/{new_link(session)}"
    password_hash = users.new_password_hash(_password(settings), settings.admin_email, "")
    with studio.database.writing() as session:
        if not users.is_anybody_there(session):
            first(session, a_stranger("settings"), settings.admin_email, "", password_hash)
    return None


def new_link(session: Session) -> str:
    """The secret of a new link; earlier ones stay good for their hour, until one is used."""
    secret = secret_texts.new_secret(secret_texts.TOKEN_LETTERS)
    session.add(ClaimLink(digest=secret_texts.digest(secret), expires_at=utc_now() + LASTS))
    session.flush()
    return secret


def check(session: Session, secret: str) -> ClaimLink:
    """Raises Gone unless it can be used."""
    link = session.scalars(
        select(ClaimLink).where(
            ClaimLink.digest == secret_texts.digest(secret),
            ClaimLink.used_at.is_(None),
            ClaimLink.expires_at > utc_now(),
        )
    ).one_or_none()
    if link is None or users.is_anybody_there(session):
        raise Gone(
            "claim_over",
            "This link can't be used",
            "It works once, for an hour after the studio's start, while nobody has an account. "
            "Start the server again for a new one, or ask an administrator to invite you.",
        )
    return link


def claim(studio: Studio, secret: str, email: str, name: str, password: str, address: str) -> User:
    """Make the studio one's own: its first account, and its administrator.

    Raises Gone, which is written down, and Invalid for a weak password: then the link stays good.
    """
    who = a_stranger(address, email)
    try:
        with studio.database.reading() as session:
            check(session, secret)
        password_hash = users.new_password_hash(password, email, name)
        with studio.database.writing() as session:
            _use(session, check(session, secret))
            return first(session, who, email, name, password_hash)
    except Gone:
        with studio.database.writing() as session:
            audit.record(session, who, Act.STUDIO_CLAIMED, is_done=False)
        raise


def first(session: Session, who: Person, email: str, name: str, password_hash: str) -> User:
    """The administrator of the studio, and of the project that a single user may have filled."""
    user = users.create(session, who, email, name, password_hash, is_administrator=True)
    session.add(Membership(project_id=THE_PROJECT, user_id=user.id, role=Role.ADMIN))
    audit.record(session, who, Act.STUDIO_CLAIMED, user.id)
    return user


def _use(session: Session, link: ClaimLink) -> None:
    """Of two at once one is too late: the second finds the row changed."""
    used = session.execute(
        update(ClaimLink)
        .where(ClaimLink.id == link.id, ClaimLink.used_at.is_(None))
        .values(used_at=utc_now())
        .returning(ClaimLink.id)
    ).first()
    if used is None:
        raise Gone("claim_over", "This link can't be used", "Somebody else has just used it.")


def _password(settings: Settings) -> str:
    if settings.admin_password is not None:
        return settings.admin_password.get_secret_value()
    if settings.admin_password_file is not None:
        return Path(settings.admin_password_file).read_text(encoding="utf-8").strip()
    raise NoAdminPassword(
        "LIKEWISE_ADMIN_EMAIL is set without LIKEWISE_ADMIN_PASSWORD or "
        "LIKEWISE_ADMIN_PASSWORD_FILE: set one of them, or neither, for a link to claim by"
    )
