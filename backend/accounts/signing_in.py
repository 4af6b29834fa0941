"""Signing in with a password, and out; the password itself.

A try is counted, judged and written down in transactions of their own: hashing is slow, and a
refusal must be remembered. Who has no account waits as long as who mistyped.
"""

from dataclasses import dataclass, replace
from typing import NoReturn

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts import audit, passwords, sessions, throttle
from backend.accounts.audit import Act
from backend.accounts.people import Person, a_stranger
from backend.accounts.tables import User
from backend.clock import utc_now
from backend.ids import PersonId
from backend.problems import ROOT, Conflict, Invalid, NotSignedIn, Problem, TooMany
from backend.studio import Studio


@dataclass(frozen=True, kw_only=True)
class Came:
    """Where a browser came from, as what, and the secret of the session that it had, if any."""

    address: str
    agent: str
    before: str | None = None


def check_accounts(studio: Studio) -> None:
    """Raises Conflict in single-user mode."""
    if studio.settings.auth == "none":
        raise Conflict(
            "no_accounts",
            "This studio has no accounts",
            "It serves one person, on this machine alone. Start it with LIKEWISE_AUTH=accounts "
            "for several.",
        )


def sign_in(studio: Studio, email: str, password: str, came: Came) -> str:
    """A new session's secret, for the cookie.

    Raises TooMany after 5 tries a minute for the account or 20 from the address, NotSignedIn where
    address and password are not those of somebody who may come in.
    """
    check_accounts(studio)
    _count(studio, email, came)
    with studio.database.reading() as session:
        user = by_email(session, email)
    is_right = passwords.fits(password, None if user is None else user.password_hash)
    if user is None or not is_right or user.disabled_at is not None:
        _refuse(studio, email, came)
    renewed = (
        passwords.hashed(password) if passwords.is_outdated(user.password_hash or "") else None
    )
    with studio.database.writing() as session:
        return admit(session, user.id, came, renewed)


def admit(session: Session, user_id: PersonId, came: Came, password_hash: str | None = None) -> str:
    """Begin a session for somebody who has shown who they are, however they did."""
    user = session.get_one(User, user_id)
    user.signed_in_at = utc_now()
    user.password_hash = password_hash or user.password_hash
    throttle.forget(session, user.email)
    sessions.sweep(session)
    if came.before is not None:  # what somebody may have put into this browser is worth nothing
        sessions.end_by_secret(session, came.before)
    secret = sessions.begin(session, user.id, address=came.address, agent=came.agent)
    audit.record(session, _as_actor(user, came), Act.SIGNED_IN, user.id)
    return secret


def sign_out(session: Session, who: Person) -> None:
    """End this session. A token stays as it is."""
    if who.session_id is not None:
        sessions.end(session, who.session_id)
        audit.record(session, who, Act.SIGNED_OUT)


def sign_out_everywhere(session: Session, who: Person) -> None:
    """End every session of `who`, this one too."""
    sessions.end_all(session, who.id)
    audit.record(session, who, Act.SIGNED_OUT_EVERYWHERE)


def change_password(studio: Studio, who: Person, current: str, new: str) -> str | None:
    """A new password; every other session ends, and this one's secret is new: the answer.

    Raises TooMany and Invalid as signing in does, Invalid for a weak one.
    """
    check_accounts(studio)
    _count(studio, who.email, Came(address=who.address, agent=""))
    with studio.database.reading() as session:
        user = session.get_one(User, who.id)
    if not passwords.fits(current, user.password_hash):
        with studio.database.writing() as session:
            audit.record(session, who, Act.PASSWORD_CHANGED, who.id, is_done=False)
        raise Invalid(
            Problem(
                code="wrong_password",
                title="That is not your password",
                detail="The present password is asked for so that nobody changes it at a screen "
                "you left. Nothing was changed.",
                at=ROOT / "current",
            )
        )
    passwords.check(new, user.email, user.name, at=ROOT / "new")
    password_hash = passwords.hashed(new)
    with studio.database.writing() as session:
        session.get_one(User, who.id).password_hash = password_hash
        throttle.forget(session, who.email)
        sessions.end_all(session, who.id, but=who.session_id)
        audit.record(session, who, Act.PASSWORD_CHANGED, who.id)
        return None if who.session_id is None else sessions.renew(session, who.session_id)


def by_email(session: Session, email: str) -> User | None:
    return session.scalars(select(User).where(User.email == plain_email(email))).one_or_none()


def no_address(email: str) -> Invalid:
    return Invalid(
        Problem(
            code="no_email",
            title="This is no e-mail address",
            detail=f"{email!r} has no name, @ and host. You sign in with it; nothing is mailed.",
            at=ROOT / "email",
        )
    )


def plain_email(email: str) -> str:
    return email.strip().lower()


def _count(studio: Studio, email: str, came: Came) -> None:
    with studio.database.writing() as session:
        seconds = throttle.wait_seconds(session, email, came.address)
        if seconds:
            who = a_stranger(came.address, plain_email(email))
            audit.record(session, who, Act.SIGNED_IN, is_done=False, why="too many tries")
    if seconds:
        raise TooMany(
            "too_many_tries",
            "Too many tries",
            f"Wait {seconds} seconds, then try again. Nobody's account was locked.",
            seconds,
        )


def _refuse(studio: Studio, email: str, came: Came) -> NoReturn:
    with studio.database.writing() as session:
        who = a_stranger(came.address, plain_email(email))
        audit.record(session, who, Act.SIGNED_IN, is_done=False, why="wrong address or password")
    raise NotSignedIn(
        "wrong_credentials",
        "Address and password don't match",
        "Check both, and whether Caps Lock is on. Who has forgotten a password asks an "
        "administrator of the studio.",
    )


def _as_actor(user: User, came: Came) -> Person:
    known = a_stranger(came.address, user.email)
    return replace(known, id=user.id, name=user.name)
