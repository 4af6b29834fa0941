"""People with accounts, as the studio's administrators look after them."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from backend.accounts import audit, passwords, sessions
from backend.accounts.audit import Act
from backend.accounts.people import Person
from backend.accounts.signing_in import by_email, plain_email
from backend.accounts.tables import User
from backend.clock import utc_now
from backend.ids import PersonId
from backend.problems import Conflict, NotFound


def create(
    session: Session,
    who: Person,
    email: str,
    name: str,
    password_hash: str | None,
    is_administrator: bool = False,
) -> User:
    """An account; `password_hash` is made before, outside the transaction: it is slow.

    Raises Conflict if the address has an account.
    """
    if by_email(session, email) is not None:
        raise Conflict(
            "email_taken",
            "This address has an account",
            f"{plain_email(email)} has an account here. Add that person to a project instead.",
        )
    user = User(
        email=plain_email(email),
        name=name.strip() or plain_email(email).partition("@")[0],
        password_hash=password_hash,
        is_administrator=is_administrator,
    )
    session.add(user)
    session.flush()
    audit.record(
        session,
        who,
        Act.USER_CREATED,
        user.id,
        email=user.email,
        is_administrator=is_administrator,
    )
    return user


def new_password_hash(password: str, email: str, name: str) -> str:
    """Raises Invalid for a weak one."""
    passwords.check(password, email, name)
    return passwords.hashed(password)


def is_anybody_there(session: Session) -> bool:
    return session.scalars(select(User.id).limit(1)).first() is not None


def newest() -> Select[User]:
    return select(User)


def get(session: Session, user_id: PersonId) -> User:
    """Raises NotFound."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("user", user_id)
    return user


def named(session: Session, email: str) -> User:
    """Raises NotFound."""
    user = by_email(session, email)
    if user is None:
        raise NotFound("user", plain_email(email))
    return user


def change(
    session: Session,
    who: Person,
    user_id: PersonId,
    *,
    name: str | None = None,
    is_administrator: bool | None = None,
    is_disabled: bool | None = None,
) -> User:
    """Other rights end all their sessions, so that no old one keeps what was taken away.

    Raises NotFound, Conflict where the studio would be left without an administrator.
    """
    user = get(session, user_id)
    changes: dict[str, Any] = {}
    if name is not None and name != user.name:
        changes["name"] = user.name = name
    if is_administrator is not None and is_administrator != user.is_administrator:
        changes["is_administrator"] = user.is_administrator = is_administrator
    if is_disabled is not None and is_disabled != (user.disabled_at is not None):
        user.disabled_at = utc_now() if is_disabled else None
        changes["is_disabled"] = is_disabled
    session.flush()
    _check_somebody_administers(session)
    if changes.keys() & {"is_administrator", "is_disabled"}:
        sessions.end_all(session, user.id)
    if changes:
        audit.record(session, who, Act.USER_CHANGED, user.id, **changes)
    return user


def set_password(session: Session, who: Person, user_id: PersonId, password_hash: str) -> User:
    """For somebody who has forgotten theirs. Ends all their sessions. Raises NotFound."""
    user = get(session, user_id)
    user.password_hash = password_hash
    sessions.end_all(session, user.id)
    audit.record(session, who, Act.PASSWORD_CHANGED, user.id)
    return user


def _check_somebody_administers(session: Session) -> None:
    left = session.scalar(
        select(func.count()).where(User.is_administrator, User.disabled_at.is_(None))
    )
    if not left:
        raise Conflict(
            "last_administrator",
            "The studio needs an administrator",
            "This is its only one. Make somebody else an administrator first.",
        )
