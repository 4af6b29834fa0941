"""A studio with accounts in this process, and people in it: no password is hashed to make one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from backend.accounts import cookies, principal, sessions, tokens
from backend.accounts.people import THE_PROJECT, Person, Role, Scope
from backend.accounts.tables import AuditEntry, Membership, Project, User
from backend.app import create_app
from backend.ids import PersonId, ProjectId
from backend.settings import Settings
from backend.studio import Studio

ADDRESS = "http://127.0.0.1"
BROWSER = {"Origin": ADDRESS}


def with_accounts(settings: Settings, **more: Any) -> Settings:
    return settings.model_copy(update={"auth": "accounts", **more})


@dataclass(frozen=True)
class House:
    """The application, whom one can ask, and its studio, where one can look."""

    app: FastAPI
    client: TestClient

    @property
    def studio(self) -> Studio:
        found: Studio = self.app.state.studio
        return found

    def project(self, name: str) -> ProjectId:
        with self.studio.database.writing() as session:
            project = Project(name=name)
            session.add(project)
            session.flush()
            return project.id

    def person(
        self,
        email: str,
        roles: dict[ProjectId, Role] | None = None,
        *,
        is_administrator: bool = False,
        password_hash: str | None = None,
    ) -> PersonId:
        """Somebody; a member of the first project, unless `roles` says something else."""
        with self.studio.database.writing() as session:
            user = User(
                email=email,
                name=email.partition("@")[0],
                is_administrator=is_administrator,
                password_hash=password_hash,
            )
            session.add(user)
            session.flush()
            for project_id, role in (
                {THE_PROJECT: Role.MEMBER} if roles is None else roles
            ).items():
                session.add(Membership(project_id=project_id, user_id=user.id, role=role))
            return user.id

    def join(self, user_id: PersonId, project_id: ProjectId) -> None:
        """Make somebody a viewer of a project, unless they are in it."""
        with self.studio.database.writing() as session:
            if session.get(Membership, (project_id, user_id)) is None:
                session.add(Membership(project_id=project_id, user_id=user_id, role=Role.VIEWER))

    def cookie(self, user_id: PersonId, project_id: ProjectId | None = None) -> dict[str, str]:
        """Headers of a browser in which they are signed in."""
        with self.studio.database.writing() as session:
            secret = sessions.begin(session, user_id, project_id=project_id)
        return {**BROWSER, "Cookie": f"{cookies.name(self.studio.settings)}={secret}"}

    def bearer(self, user_id: PersonId, project_id: ProjectId, *scopes: Scope) -> dict[str, str]:
        """Headers of a program with a token of theirs."""
        with self.studio.database.writing() as session:
            _, secret = tokens.create(session, self.who(user_id, project_id), "test", scopes, None)
        return {"Authorization": f"Bearer {secret}"}

    def who(self, user_id: PersonId, project_id: ProjectId | None = None) -> Person:
        with self.studio.database.reading() as session:
            return principal.of_user(session, session.get_one(User, user_id), project_id, "test")

    def log(self) -> list[tuple[str, bool]]:
        """The audit log's acts, the oldest first, and whether each was done."""
        with self.studio.database.reading() as session:
            found = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
            return [(entry.act, entry.is_done) for entry in found]


@contextmanager
def house(settings: Settings) -> Iterator[House]:
    """`settings` are of a studio whose tables are there."""
    app = create_app(settings)
    with TestClient(app, base_url=ADDRESS, raise_server_exceptions=False) as client:
        yield House(app, client)
