"""Settings, Projects: be in another one, make one, its members, and inviting people into it."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from backend.accounts import invitations, projects, signing_in
from backend.accounts.current import InPerson, MayAdminister, MayRunStudio
from backend.accounts.people import Person, Role
from backend.accounts.tables import Invitation, Project
from backend.clock import utc_now
from backend.ids import InvitationId, PersonId, ProjectId
from backend.problems import Refusal
from backend.studio import Studio
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.web.templates import page, see
from backend.web.theme import own_path

router = APIRouter(prefix="/settings/projects", include_in_schema=False)

HERE = "/settings/projects"
ROLES = (Role.VIEWER, Role.MEMBER, Role.ADMIN)

Name = Annotated[str, Form(min_length=1, max_length=200)]
Email = Annotated[str, Form(max_length=254)]


@router.get("")
def show(request: Request, who: InPerson, session: ReadSession) -> Response:
    return _page(request, session, who)


@router.post("")
def create(who: MayRunStudio, session: DbSession, studio: TheStudio, name: Name) -> Response:
    """Make a project, and be in it."""
    signing_in.check_accounts(studio)
    made = projects.create(session, who, name.strip())
    projects.enter(session, who, made.id)
    return see(HERE)


@router.post("/enter")
def enter(
    who: InPerson,
    session: DbSession,
    project_id: Annotated[ProjectId, Form()],
    back: Annotated[str, Form(max_length=2_000)] = "/",
) -> Response:
    projects.enter(session, who, project_id)
    return see(own_path(back))


@router.post("/name")
def rename(who: MayAdminister, session: DbSession, name: Name) -> Response:
    projects.rename(session, who, who.project_id, name.strip())
    return see(HERE)


@router.post("/join")
def join(
    who: MayRunStudio, session: DbSession, project_id: Annotated[ProjectId, Form()]
) -> Response:
    """An administrator of the studio lets themselves in; the audit log tells."""
    projects.set_member(session, who, project_id, who.id, Role.ADMIN)
    return see(HERE)


@router.post("/members/{user_id}")
def set_role(
    user_id: PersonId, who: MayAdminister, session: DbSession, role: Annotated[Role, Form()]
) -> Response:
    projects.set_member(session, who, who.project_id, user_id, role)
    return see(HERE)


@router.post("/members/{user_id}/remove")
def remove(user_id: PersonId, who: MayAdminister, session: DbSession) -> Response:
    projects.remove_member(session, who, who.project_id, user_id)
    return see(HERE)


@router.post("/invitations")
def invite(
    request: Request,
    who: MayAdminister,
    studio: TheStudio,
    email: Email,
    role: Annotated[Role, Form()] = Role.MEMBER,
) -> Response:
    """A link for somebody new; somebody who has an account is let in at once."""
    signing_in.check_accounts(studio)
    try:
        with studio.database.writing() as session:
            url = _let_in(session, studio, who, email, role)
    except Refusal as refusal:
        with studio.database.reading() as session:
            return _page(request, session, who, refusal=refusal, email=email)
    if url is None:
        return see(HERE)
    with studio.database.reading() as session:
        return _page(request, session, who, url=url, email=email)


@router.post("/invitations/{invitation_id}/revoke")
def revoke(invitation_id: InvitationId, who: MayAdminister, session: DbSession) -> Response:
    invitations.revoke(session, who, invitation_id)
    return see(HERE)


def _let_in(session: Session, studio: Studio, who: Person, email: str, role: Role) -> str | None:
    """The link to pass on; None where the person has an account, and so is in already.

    Raises Invalid for what is no address.
    """
    known = signing_in.by_email(session, email)
    if known is not None:
        projects.set_member(session, who, who.project_id, known.id, role)
        return None
    if email.strip().count("@") != 1:
        raise signing_in.no_address(email)
    _, secret = invitations.create(session, who, email, role)
    return f"{studio.settings.address}/invitation/{secret}"


def _page(
    request: Request,
    session: Session,
    who: Person,
    *,
    refusal: Refusal | None = None,
    email: str = "",
    url: str = "",
) -> Response:
    open_ = invitations.newest(who).where(
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > utc_now(),
    )
    has_project = who.role is not None or who.is_administrator
    mine = projects.roles(session, who)
    return page(
        request,
        "settings/projects.html",
        status=refusal.status if refusal else 200,
        problems=tuple(refusal.problems) if refusal else (),
        all_projects=list(session.scalars(projects.visible(who).order_by(Project.name))),
        mine=mine,
        project=session.get(Project, who.project_id),
        members=projects.members(session, who, who.project_id) if mine and has_project else [],
        invited=list(session.scalars(open_.order_by(Invitation.id.desc()))),
        roles=ROLES,
        me=who.id,
        email=email,
        url=url,
    )
