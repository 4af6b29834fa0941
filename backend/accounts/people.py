"""Who asks, and what they may do: roles are rows of a table, each a set of scopes."""

from dataclasses import dataclass
from enum import StrEnum

from backend.ids import PersonId, ProjectId, SessionId, TokenId


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


SCOPES: dict[Role | None, frozenset[Scope]] = {
    None: frozenset(),
    Role.VIEWER: frozenset({Scope.READ, Scope.EMBED}),
    Role.MEMBER: frozenset(Scope) - {Scope.ADMIN},
    Role.ADMIN: frozenset(Scope),
}
"""To embed is to look: it changes nothing. None is somebody who is in no project."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who asks, in the one project that they act in. Every look-up names them: what isn't of their
    project isn't there."""

    id: PersonId
    project_id: ProjectId
    role: Role | None
    scopes: frozenset[Scope]
    is_administrator: bool = False  # of the studio: may manage people and projects
    email: str = ""
    name: str = ""
    address: str = ""  # where the request came from
    session_id: SessionId | None = None
    token_id: TokenId | None = None

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes

    @property
    def is_known(self) -> bool:
        return self.id != NOBODY

    @property
    def is_a_program(self) -> bool:
        """Came with a token: may do less than the person who made it."""
        return self.token_id is not None


NO_PROJECT = ProjectId("proj_00000000000000000000000000")
"""No project has this id: whoever acts in it sees nothing."""

NOBODY = PersonId("usr_00000000000000000000000000")

THE_PROJECT = ProjectId("proj_00000000000000000000000001")
THE_PERSON = Person(
    id=PersonId("usr_00000000000000000000000001"),
    project_id=THE_PROJECT,
    role=Role.ADMIN,
    scopes=SCOPES[Role.ADMIN],
    is_administrator=True,
    name="You",
)
"""In single-user mode: one person who may do all, in the project that the first migration made."""


def a_stranger(address: str = "", email: str = "") -> Person:
    """Somebody who has not signed in; `email` is what they say."""
    return Person(
        id=NOBODY,
        project_id=NO_PROJECT,
        role=None,
        scopes=frozenset(),
        email=email[:254],
        address=address,
    )


def at_the_terminal() -> Person:
    """Whoever runs the studio's own command on its machine: they reach the database anyhow."""
    return Person(
        id=NOBODY,
        project_id=NO_PROJECT,
        role=None,
        scopes=SCOPES[Role.ADMIN],
        is_administrator=True,
        address="terminal",
    )


def on_behalf_of(project_id: ProjectId) -> Person:
    """A worker that goes on, in a project, with what one of its people began."""
    return Person(id=NOBODY, project_id=project_id, role=Role.MEMBER, scopes=SCOPES[Role.MEMBER])
