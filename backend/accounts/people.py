"""Who asks, and what they may do: roles are rows of a table, each a set of scopes."""

from dataclasses import dataclass
from enum import StrEnum

from backend.ids import PersonId, ProjectId


class Scope(StrEnum):
    """One thing that one may or may not do. A route asks for exactly one; tokens name some."""

    READ = "read"
    WRITE = "write"
    TRAIN = "train"
    PUBLISH = "publish"
    EMBED = "embed"
    ADMIN = "admin"


class Role(StrEnum):
    """What a person is in a project."""

    VIEWER = "viewer"
    MEMBER = "member"
    ADMIN = "admin"


SCOPES: dict[Role, frozenset[Scope]] = {
    Role.VIEWER: frozenset({Scope.READ, Scope.EMBED}),
    Role.MEMBER: frozenset(Scope) - {Scope.ADMIN},
    Role.ADMIN: frozenset(Scope),
}
"""To embed is to look: it changes nothing."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who asks, in the one project that they act in. Every look-up names them: what isn't of their
    project isn't there."""

    id: PersonId
    project_id: ProjectId
    role: Role
    scopes: frozenset[Scope]

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes


THE_PROJECT = ProjectId("proj_00000000000000000000000001")
THE_PERSON = Person(
    id=PersonId("usr_00000000000000000000000001"),
    project_id=THE_PROJECT,
    role=Role.ADMIN,
    scopes=frozenset(Scope),
)
"""In single-user mode: one person who may do all, in the project that the first migration made."""
