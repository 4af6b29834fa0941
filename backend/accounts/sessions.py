"""Browsers that are signed in. The secret is in the browser's cookie; we keep its SHA-256.

A session ends 12 hours after its last request, 7 days after it began, when its person signs out,
and when their password or role changes. Source: OWASP ASVS 5.0, V7.
"""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backend.accounts import secret_texts
from backend.accounts.secret_texts import digest
from backend.accounts.tables import SignInSession
from backend.clock import utc_now
from backend.ids import PersonId, ProjectId, SessionId

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
NOTED_EACH = timedelta(minutes=5)
"""How exactly we know when a session was last seen: not every request is worth a write."""


def begin(
    session: Session,
    user_id: PersonId,
    *,
    project_id: ProjectId | None = None,
    address: str = "",
    agent: str = "",
) -> str:
    """Sign a browser in; the answer is its secret, which nobody can be told again."""
    secret = secret_texts.new_secret(secret_texts.SESSION_LETTERS)
    session.add(
        SignInSession(
            digest=digest(secret),
            user_id=user_id,
            project_id=project_id,
            address=address[:60],
            agent=agent[:200],
        )
    )
    session.flush()
    return secret


def find(session: Session, secret: str) -> SignInSession | None:
    """The living session of this secret."""
    now = utc_now()
    return session.scalars(
        select(SignInSession).where(
            SignInSession.digest == digest(secret),
            SignInSession.seen_at > now - IDLE,
            SignInSession.created_at > now - LONGEST,
        )
    ).one_or_none()


def of_person(session: Session, user_id: PersonId) -> list[SignInSession]:
    """Where somebody is signed in, the latest first."""
    now = utc_now()
    return list(
        session.scalars(
            select(SignInSession)
            .where(
                SignInSession.user_id == user_id,
                SignInSession.seen_at > now - IDLE,
                SignInSession.created_at > now - LONGEST,
            )
            .order_by(SignInSession.seen_at.desc())
        )
    )


def is_alive(found: SignInSession) -> bool:
    now = utc_now()
    return found.seen_at > now - IDLE and found.created_at > now - LONGEST


def is_to_be_noted(found: SignInSession) -> bool:
    return utc_now() - found.seen_at > NOTED_EACH


def renew(session: Session, session_id: SessionId) -> str:
    """A new secret for a session that goes on; the old one is dead."""
    found = session.get_one(SignInSession, session_id)
    secret = secret_texts.new_secret(secret_texts.SESSION_LETTERS)
    found.digest = digest(secret)
    session.flush()
    return secret


def end(session: Session, session_id: SessionId) -> None:
    session.execute(delete(SignInSession).where(SignInSession.id == session_id))


def end_by_secret(session: Session, secret: str) -> None:
    """End the session of this secret, if there is one."""
    session.execute(delete(SignInSession).where(SignInSession.digest == digest(secret)))


def end_all(session: Session, user_id: PersonId, but: SessionId | None = None) -> None:
    """Sign somebody out everywhere, or everywhere but here."""
    session.execute(
        delete(SignInSession).where(
            SignInSession.user_id == user_id, SignInSession.id != (but or "")
        )
    )


def sweep(session: Session) -> None:
    """Forget sessions that have ended by themselves."""
    now = utc_now()
    session.execute(
        delete(SignInSession).where(
            (SignInSession.seen_at < now - IDLE) | (SignInSession.created_at < now - LONGEST)
        )
    )
