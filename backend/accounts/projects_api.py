"""Projects, their members and invitations over REST."""

from backend.accounts import invitations, projects, signing_in
from backend.accounts.current import MayAdminister, MayRunStudio, SignedIn
from backend.accounts.schemas import (
    InvitationIn,
    InvitationOut,
    MemberIn,
    MemberOut,
    NewInvitationOut,
    ProjectIn,
    ProjectOut,
)
from backend.accounts.tables import Invitation, Project
from backend.ids import InvitationId, PersonId, ProjectId
from backend.rest.keyed import SHOWN_ONCE
from backend.rest.route import rest_router
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.web.paging import Cursor, Limit, Page, newest_first

router = rest_router("accounts")


@router.get("/projects", operation_id="listProjects")
def list_(
    who: SignedIn, session: ReadSession, limit: Limit = 50, cursor: Cursor = None
) -> Page[ProjectOut]:
    """The projects that you are in; an administrator of the studio sees that others exist."""
    roles = projects.roles(session, who)

    def show(project: Project) -> ProjectOut:
        return ProjectOut.of(project, roles)

    return newest_first(session, projects.visible(who), Project.id, limit, cursor, show)


@router.post("/projects", operation_id="createProject", status_code=201)
def create(body: ProjectIn, who: MayRunStudio, session: DbSession, studio: TheStudio) -> ProjectOut:
    """An empty project, which you administer."""
    signing_in.check_accounts(studio)
    project = projects.create(session, who, body.name)
    return ProjectOut.of(project, projects.roles(session, who))


@router.get("/projects/{project_id}", operation_id="getProject")
def get(project_id: ProjectId, who: SignedIn, session: ReadSession) -> ProjectOut:
    """One project, and what you are in it."""
    project = projects.get(session, who, project_id)
    return ProjectOut.of(project, projects.roles(session, who))


@router.patch("/projects/{project_id}", operation_id="renameProject")
def rename(
    project_id: ProjectId, body: ProjectIn, who: MayAdminister, session: DbSession
) -> ProjectOut:
    """Give a project another name."""
    project = projects.rename(session, who, project_id, body.name)
    return ProjectOut.of(project, projects.roles(session, who))


@router.get("/projects/{project_id}/members", operation_id="listMembers")
def list_members(project_id: ProjectId, who: SignedIn, session: ReadSession) -> list[MemberOut]:
    """Who is in it, and as what."""
    return [MemberOut.of(member) for member in projects.members(session, who, project_id)]


@router.put("/projects/{project_id}/members/{user_id}", operation_id="setMember")
def set_member(
    project_id: ProjectId,
    user_id: PersonId,
    body: MemberIn,
    who: MayAdminister,
    session: DbSession,
) -> MemberOut:
    """Let somebody with an account in, or change what they are; the latter ends their sessions."""
    return MemberOut.of(projects.set_member(session, who, project_id, user_id, body.role))


@router.delete(
    "/projects/{project_id}/members/{user_id}", operation_id="removeMember", status_code=204
)
def remove_member(
    project_id: ProjectId, user_id: PersonId, who: MayAdminister, session: DbSession
) -> None:
    """Take somebody out: their sessions end, and their tokens for this project are dead."""
    projects.remove_member(session, who, project_id, user_id)


@router.post(
    "/invitations", operation_id="createInvitation", status_code=201, dependencies=[SHOWN_ONCE]
)
def invite(
    body: InvitationIn, who: MayAdminister, session: DbSession, studio: TheStudio
) -> NewInvitationOut:
    """A link by which somebody without an account joins the project you are in."""
    signing_in.check_accounts(studio)
    made, secret = invitations.create(session, who, body.email, body.role)
    shown = InvitationOut.model_validate(made).model_dump()
    return NewInvitationOut(**shown, url=f"{studio.settings.address}/invitation/{secret}")


@router.get("/invitations", operation_id="listInvitations")
def list_invitations(
    who: MayAdminister, session: ReadSession, limit: Limit = 50, cursor: Cursor = None
) -> Page[InvitationOut]:
    """Those into the project you are in, newest first."""
    query = invitations.newest(who)
    return newest_first(session, query, Invitation.id, limit, cursor, InvitationOut.model_validate)


@router.delete("/invitations/{invitation_id}", operation_id="revokeInvitation", status_code=204)
def revoke(invitation_id: InvitationId, who: MayAdminister, session: DbSession) -> None:
    """Its link no longer works. Twice is once."""
    invitations.revoke(session, who, invitation_id)
