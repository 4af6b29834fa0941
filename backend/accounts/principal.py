"""From what a request shows, a cookie's secret or a token, to the person who asks."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts import sessions, tokens
from backend.accounts.people import NO_PROJECT, SCOPES, Person, Role, Scope
from backend.accounts.tables import ApiToken, Membership, SignInSession, User
from backend.clock import utc_now
from backend.db import Database
from backend.ids import PersonId, ProjectId


def by_session(database: Database, secret: str, address: str) -> Person | None:
    """Who is signed in by this cookie; None where nobody is, or no longer."""
    with database.reading() as session:
        found = sessions.find(session, secret)
        who = None if found is None else _of_session(session, found, address)
    if who is not None and found is not None and sessions.is_to_be_noted(found):
        _note(database, SignInSession, found.id, "seen_at")
    return who


def by_token(database: Database, secret: str, address: str) -> Person | None:
    """Whose program shows this token; None where it is dead, or its person is out."""
    with database.reading() as session:
        found = tokens.find(session, secret)
        who = None if found is None else _of_token(session, found, address)
    if who is not None and found is not None and tokens.is_to_be_noted(found):
        _note(database, ApiToken, found.id, "last_used_at")
    return who


def again(session: Session, who: Person) -> Person | None:
    """The same person as they stand now, for what lasts longer than a request; None if they are
    signed out, disabled, or no longer in the project."""
    now = anew(session, who)
    return now if now is not None and now.project_id == who.project_id else None


def anew(session: Session, who: Person) -> Person | None:
    """Whoever the same cookie or token shows now, in the project that they are in now."""
    if who.session_id is not None:
        found = session.get(SignInSession, who.session_id, populate_existing=True)
        is_alive = found is not None and sessions.is_alive(found)
        return _of_session(session, found, who.address) if found and is_alive else None
    if who.token_id is not None:
        token = session.get(ApiToken, who.token_id, populate_existing=True)
        is_good = token is not None and tokens.is_alive(token)
        return _of_token(session, token, who.address) if token and is_good else None
    return who


def of_user(session: Session, user: User, project_id: ProjectId | None, address: str) -> Person:
    """Somebody as they would be signed in, for who acts in their name at the terminal."""
    memberships = session.scalars(
        select(Membership)
        .where(Membership.user_id == user.id)
        .order_by(Membership.created_at, Membership.project_id)
    ).all()
    chosen, role = _chosen(memberships, project_id)
    return Person(
        id=user.id,
        project_id=chosen,
        role=role,
        scopes=_scopes(user, role),
        is_administrator=user.is_administrator,
        email=user.email,
        name=user.name,
        address=address,
    )


def _of_session(session: Session, found: SignInSession, address: str) -> Person | None:
    user = _active(session, found.user_id)
    if user is None:
        return None
    return replace(of_user(session, user, found.project_id, address), session_id=found.id)


def _of_token(session: Session, token: ApiToken, address: str) -> Person | None:
    user = _active(session, token.user_id)
    member = session.get(Membership, (token.project_id, token.user_id), populate_existing=True)
    if user is None or member is None:
        return None
    scopes = _scopes(user, member.role) & {Scope(name) for name in token.scopes}
    return Person(
        id=user.id,
        project_id=token.project_id,
        role=member.role,
        scopes=scopes,
        is_administrator=user.is_administrator and Scope.ADMIN in scopes,
        email=user.email,
        name=user.name,
        address=address,
        token_id=token.id,
    )


def _active(session: Session, user_id: PersonId) -> User | None:
    user = session.get(User, user_id, populate_existing=True)
    return user if user is not None and user.disabled_at is None else None


def _chosen(
    memberships: Iterable[Membership], wanted: ProjectId | None
) -> tuple[ProjectId, Role | None]:
    """The project that a browser is in: the one last chosen, else the one joined first."""
    roles = {member.project_id: member.role for member in memberships}
    project_id = wanted if wanted in roles else next(iter(roles), NO_PROJECT)
    return project_id, roles.get(project_id)


def _scopes(user: User, role: Role | None) -> frozenset[Scope]:
    return SCOPES[role] | ({Scope.ADMIN} if user.is_administrator else frozenset())


def _note(
    database: Database, table: type[SignInSession] | type[ApiToken], row_id: str, column: str
) -> None:
    with database.writing() as session:
        row = session.get(table, row_id)
        if row is not None:  # ended a moment ago
            setattr(row, column, utc_now())
