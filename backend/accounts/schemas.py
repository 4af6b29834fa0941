"""Accounts as they come in and go out. What goes out never holds a secret, but for the one time."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from backend.accounts.passwords import LONGEST
from backend.accounts.people import Role, Scope
from backend.accounts.projects import Member
from backend.accounts.signing_in import plain_email
from backend.accounts.tables import Project
from backend.ids import AuditId, InvitationId, PersonId, ProjectId, SessionId, TokenId

Email = Annotated[
    str,
    StringConstraints(max_length=254, pattern=r"^\s*[^@\s]+@[^@\s]+\s*$"),
    AfterValidator(plain_email),
    Field(examples=["ada@example.org"]),
]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Password = Annotated[str, StringConstraints(max_length=4 * LONGEST)]  # how long: passwords.check
Secret = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class SignInIn(_In):
    email: Email
    password: Password


class ClaimIn(_In):
    """`token` is the last part of the link that the terminal showed."""

    token: Secret
    email: Email
    name: Name
    password: Password


class AcceptIn(_In):
    """`token` is the last part of the invitation's link."""

    token: Secret
    name: Name
    password: Password


class PasswordIn(_In):
    current: Password
    new: Password


class MeIn(_In):
    """What is left out stays as it is."""

    name: Name | None = None
    project_id: ProjectId | None = Field(None, description="Be in this project from now on.")


class ProjectIn(_In):
    name: Name


class ProjectOut(_Out):
    """`role` is yours; null where you are not in it, and see that it is there."""

    id: ProjectId
    name: str
    created_at: datetime
    role: Role | None = None

    @classmethod
    def of(cls, project: Project, roles: dict[ProjectId, Role]) -> Self:
        found = cls.model_validate(project)
        return found.model_copy(update={"role": roles.get(project.id)})


class MeOut(_Out):
    """You: what you may do in the project you are in, and the projects you could be in."""

    id: PersonId
    email: str
    name: str
    is_administrator: bool
    project_id: ProjectId
    role: Role | None
    scopes: list[Scope]
    projects: list[ProjectOut]


class SessionOut(_Out):
    """A browser that is signed in."""

    id: SessionId
    address: str
    agent: str
    created_at: datetime
    seen_at: datetime
    is_this: bool = False


class MemberIn(_In):
    role: Role


class MemberOut(_Out):
    user_id: PersonId
    email: str
    name: str
    role: Role

    @classmethod
    def of(cls, member: Member) -> Self:
        user = member.user
        return cls(user_id=user.id, email=user.email, name=user.name, role=member.role)


class UserIn(_In):
    """An account made for somebody, who gets the password from you."""

    email: Email
    name: Name
    password: Password
    is_administrator: bool = False


class UserChange(_In):
    """What is left out stays as it is. A new password is for somebody who has forgotten theirs."""

    name: Name | None = None
    is_administrator: bool | None = None
    is_disabled: bool | None = None
    password: Password | None = None


class UserOut(_Out):
    id: PersonId
    email: str
    name: str
    is_administrator: bool
    created_at: datetime
    signed_in_at: datetime | None
    disabled_at: datetime | None


class TokenIn(_In):
    name: Name
    scopes: list[Scope] = Field(min_length=1, max_length=len(Scope))
    expires_at: Annotated[datetime, Field(description="With its zone.")] | None = None


class TokenOut(_Out):
    """A token without its secret."""

    id: TokenId
    name: str
    starts_with: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class NewTokenOut(TokenOut):
    """`token` is shown this once: nobody can be told it again."""

    token: str


class InvitationIn(_In):
    email: Email
    role: Role = Role.MEMBER


class InvitationOut(_Out):
    id: InvitationId
    email: str
    role: Role
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    revoked_at: datetime | None


class NewInvitationOut(InvitationOut):
    """`url` is shown this once: pass it on yourself, we mail nothing."""

    url: str


class AuditEntryOut(_Out):
    """One act. `is_done` is false where it was tried and refused."""

    id: AuditId
    at: datetime
    act: str
    is_done: bool
    actor_id: PersonId | None
    actor: str
    token_id: TokenId | None
    project_id: ProjectId | None
    target: str
    address: str
    details: dict[str, Any]
