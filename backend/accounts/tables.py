"""People, projects, and how they show who they are. Secrets lie here as SHA-256 only."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.accounts.people import Role
from backend.clock import utc_now
from backend.db import Base
from backend.ids import (
    AuditId,
    ClaimId,
    InvitationId,
    PersonId,
    ProjectId,
    SessionId,
    TokenId,
)

DIGEST = String(64)


class Project(Base):
    """What isolates one group's data from another's."""

    __tablename__ = "projects"

    id: Mapped[ProjectId] = mapped_column(primary_key=True, default=ProjectId.new)
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class User(Base):
    """A person with an account. Never deleted: what they did stays theirs."""

    __tablename__ = "users"

    id: Mapped[PersonId] = mapped_column(primary_key=True, default=PersonId.new)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(200))  # None: signs in elsewhere
    is_administrator: Mapped[bool] = mapped_column(default=False)  # of the studio
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    signed_in_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]


class Membership(Base):
    """What a person is in a project."""

    __tablename__ = "memberships"

    project_id: Mapped[ProjectId] = mapped_column(
        ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[PersonId] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[Role]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class SignInSession(Base):
    """A browser that is signed in."""

    __tablename__ = "sessions"

    id: Mapped[SessionId] = mapped_column(primary_key=True, default=SessionId.new)
    digest: Mapped[str] = mapped_column(DIGEST, unique=True)
    user_id: Mapped[PersonId] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    project_id: Mapped[ProjectId | None] = mapped_column(ForeignKey("projects.id"))
    address: Mapped[str] = mapped_column(String(60))
    agent: Mapped[str] = mapped_column(String(200))  # as the browser calls itself
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    seen_at: Mapped[datetime] = mapped_column(default=utc_now)


class ApiToken(Base):
    """What a program shows. It may do what both its scopes and its person's role allow."""

    __tablename__ = "api_tokens"

    id: Mapped[TokenId] = mapped_column(primary_key=True, default=TokenId.new)
    digest: Mapped[str] = mapped_column(DIGEST, unique=True)
    starts_with: Mapped[str] = mapped_column(String(10))  # for people to tell them apart
    user_id: Mapped[PersonId] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    project_id: Mapped[ProjectId] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Invitation(Base):
    """A link by which somebody without an account joins a project."""

    __tablename__ = "invitations"

    id: Mapped[InvitationId] = mapped_column(primary_key=True, default=InvitationId.new)
    digest: Mapped[str] = mapped_column(DIGEST, unique=True)
    email: Mapped[str] = mapped_column(String(254))
    project_id: Mapped[ProjectId] = mapped_column(
        ForeignKey("projects.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[Role]
    invited_by: Mapped[PersonId] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class ClaimLink(Base):
    """How the first person makes a studio theirs."""

    __tablename__ = "claim_links"

    id: Mapped[ClaimId] = mapped_column(primary_key=True, default=ClaimId.new)
    digest: Mapped[str] = mapped_column(DIGEST, unique=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInTries(Base):
    """When somebody tried to sign in, of late: for one account, or from one address."""

    __tablename__ = "sign_in_tries"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    times: Mapped[list[Any]]  # seconds since 1970, the oldest first
    last_at: Mapped[datetime] = mapped_column(index=True)


class AuditEntry(Base):
    """One act that matters to whoever must answer for the studio. Only ever added: the database
    itself refuses to change or delete one."""

    __tablename__ = "audit_log"

    id: Mapped[AuditId] = mapped_column(primary_key=True, default=AuditId.new)
    at: Mapped[datetime] = mapped_column(default=utc_now)
    act: Mapped[str] = mapped_column(String(60), index=True)
    is_done: Mapped[bool]  # False: it was tried, and refused
    actor_id: Mapped[PersonId | None] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(254))  # their e-mail then
    token_id: Mapped[TokenId | None]
    project_id: Mapped[ProjectId | None]
    target: Mapped[str] = mapped_column(String(254))
    address: Mapped[str] = mapped_column(String(60))
    details: Mapped[dict[str, Any]]
