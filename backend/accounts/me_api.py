"""Oneself over REST: name, project, password, sessions."""

from fastapi import Response
from sqlalchemy.orm import Session

from backend.accounts import cookies, principal, projects, sessions, signing_in, users
from backend.accounts.current import InPerson, SignedIn
from backend.accounts.people import Person
from backend.accounts.schemas import MeIn, MeOut, PasswordIn, ProjectOut, SessionOut
from backend.rest.route import rest_router
from backend.web.dependencies import DbSession, ReadSession, TheStudio

router = rest_router("accounts")


def me(session: Session, who: Person) -> MeOut:
    roles = projects.roles(session, who)
    mine = [
        ProjectOut.of(project, roles)
        for project in session.scalars(projects.visible(who))
        if project.id in roles
    ]
    return MeOut(
        id=who.id,
        email=who.email,
        name=who.name,
        is_administrator=who.is_administrator,
        project_id=who.project_id,
        role=who.role,
        scopes=sorted(who.scopes),
        projects=mine,
    )


@router.get("/me", operation_id="getMe")
def show(who: SignedIn, session: ReadSession) -> MeOut:
    """Who you are here, and what you may do in the project you are in."""
    return me(session, who)


@router.patch("/me", operation_id="changeMe")
def change(body: MeIn, who: InPerson, session: DbSession, studio: TheStudio) -> MeOut:
    """Another name, or another project to be in."""
    signing_in.check_accounts(studio)
    if body.name is not None:
        users.change(session, who, who.id, name=body.name)
    if body.project_id is not None:
        projects.enter(session, who, body.project_id)
    return me(session, principal.anew(session, who) or who)


@router.put("/me/password", operation_id="changePassword", status_code=204)
def change_password(body: PasswordIn, who: InPerson, studio: TheStudio, response: Response) -> None:
    """A new password. Every other session of yours ends; this one goes on under a new cookie."""
    secret = signing_in.change_password(studio, who, body.current, body.new)
    if secret is not None:
        cookies.put(response, studio.settings, secret)


@router.get("/me/sessions", operation_id="listSessions")
def list_sessions(who: InPerson, session: ReadSession) -> list[SessionOut]:
    """The browsers in which you are signed in, the last seen first."""
    return [
        SessionOut.model_validate(found).model_copy(update={"is_this": found.id == who.session_id})
        for found in sessions.of_person(session, who.id)
    ]


@router.post("/me/sign-out-everywhere", operation_id="signOutEverywhere", status_code=204)
def sign_out_everywhere(
    who: InPerson, session: DbSession, studio: TheStudio, response: Response
) -> None:
    """End every session of yours, this one too. Tokens stay good."""
    signing_in.sign_out_everywhere(session, who)
    cookies.take_away(response, studio.settings)
