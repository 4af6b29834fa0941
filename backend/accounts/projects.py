"""Projects and who is in them. A project that one isn't in isn't there, also for administrators of
the studio: they see that it exists, and can add themselves, which the audit log tells."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backend.accounts import audit, sessions
from backend.accounts.audit import Act
from backend.accounts.people import Person, Role
from backend.accounts.tables import Membership, Project, SignInSession, User
from backend.ids import PersonId, ProjectId
from backend.problems import Conflict, NotFound


@dataclass(frozen=True, kw_only=True)
class Member:
    user: User
    role: Role


def create(session: Session, who: Person, name: str) -> Project:
    """An empty project, whose administrator `who` is."""
    project = Project(name=name)
    session.add(project)
    session.flush()
    session.add(Membership(project_id=project.id, user_id=who.id, role=Role.ADMIN))
    audit.record(session, who, Act.PROJECT_CREATED, project.id, project_id=project.id, name=name)
    return project


def visible(who: Person) -> Select[Project]:
    """The projects that `who` is in; a token's only. Administrators of the studio see all names."""
    if who.is_a_program:
        return select(Project).where(Project.id == who.project_id)
    if who.is_administrator:
        return select(Project)
    return select(Project).join(Membership).where(Membership.user_id == who.id)


def roles(session: Session, who: Person) -> dict[ProjectId, Role]:
    """What `who` is in each of their projects."""
    mine = select(Membership).where(Membership.user_id == who.id)
    found = {member.project_id: member.role for member in session.scalars(mine)}
    return found or ({} if who.role is None else {who.project_id: who.role})


def get(session: Session, who: Person, project_id: ProjectId) -> Project:
    """Raises NotFound if `who` may not see it."""
    project = session.scalars(visible(who).where(Project.id == project_id)).one_or_none()
    if project is None:
        raise NotFound("project", project_id)
    return project


def managed(session: Session, who: Person, project_id: ProjectId) -> Project:
    """A project whose name and members `who` may change: the one they administer and are in, or
    any for an administrator of the studio. Raises NotFound."""
    project = get(session, who, project_id)
    if project.id != who.project_id and not who.is_administrator:
        raise NotFound("project", project_id)
    return project


def rename(session: Session, who: Person, project_id: ProjectId, name: str) -> Project:
    project = managed(session, who, project_id)
    project.name = name
    session.flush()
    audit.record(session, who, Act.PROJECT_CHANGED, project.id, project_id=project.id, name=name)
    return project


def enter(session: Session, who: Person, project_id: ProjectId) -> None:
    """Be in another of one's projects from now on, in this browser.

    Raises NotFound for one that `who` isn't in, Conflict for a token: it has one project.
    """
    if project_id == who.project_id:
        return
    if who.session_id is None:
        raise Conflict(
            "project_is_fixed",
            "A token acts in one project",
            "Make an API token in the other project.",
        )
    if session.get(Membership, (project_id, who.id)) is None:
        raise NotFound("project", project_id)
    session.get_one(SignInSession, who.session_id).project_id = project_id
    session.flush()


def members(session: Session, who: Person, project_id: ProjectId) -> list[Member]:
    """Raises NotFound."""
    project = get(session, who, project_id)
    found = session.execute(
        select(User, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.project_id == project.id)
        .order_by(User.email)
    )
    return [Member(user=user, role=role) for user, role in found]


def set_member(
    session: Session, who: Person, project_id: ProjectId, user_id: PersonId, role: Role
) -> Member:
    """Let somebody in, or change what they are. A new role ends their sessions.

    Raises NotFound for the project or the person.
    """
    project = managed(session, who, project_id)
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("user", user_id)
    found = session.get(Membership, (project.id, user.id))
    before = None if found is None else found.role
    if before is role:
        return Member(user=user, role=role)
    if found is None:
        session.add(Membership(project_id=project.id, user_id=user.id, role=role))
    else:
        found.role = role
        sessions.end_all(session, user.id)
    session.flush()
    audit.record(
        session,
        who,
        Act.MEMBER_SET,
        user.id,
        project_id=project.id,
        role=role,
        before=before,
    )
    return Member(user=user, role=role)


def remove_member(session: Session, who: Person, project_id: ProjectId, user_id: PersonId) -> None:
    """Take somebody out: their sessions end, and their tokens for this project are dead.

    Raises NotFound.
    """
    project = managed(session, who, project_id)
    found = session.get(Membership, (project.id, user_id))
    if found is None:
        raise NotFound("member", user_id)
    session.delete(found)
    sessions.end_all(session, user_id)
    audit.record(
        session, who, Act.MEMBER_REMOVED, user_id, project_id=project.id, before=found.role
    )
