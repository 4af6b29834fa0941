"""One studio for all rows of the matrix: two projects, one of each thing in both, and everybody."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pytest
from pydantic import SecretStr

from backend.accounts.people import Role, Scope
from backend.datasets import service
from backend.ids import PersonId, ProjectId
from backend.migrate import migrate
from backend.settings import Settings
from tests.authorisation.belongings import Ids, a_version, one_of_each
from tests.conftest import a_database
from tests.people import House, house
from tests.processes import free_port

Headers = dict[str, str]


@dataclass(frozen=True)
class Everybody:
    """Who asks, by name; all but the stranger are in the first of two projects."""

    home: House
    ours: ProjectId
    theirs: ProjectId
    people: dict[str, PersonId]
    neighbour: PersonId
    versions: dict[ProjectId, Ids]
    made: dict[tuple[str, ProjectId], Ids] = field(default_factory=dict)

    def headers(self, name: str) -> Headers:
        """Made anew each time: some requests end a session."""
        if name in TOKENS:
            return self.home.bearer(self.people["member"], self.ours, *TOKENS[name])
        return self.home.cookie(self.people[name], self.ours)

    def things_of(self, name: str, project_id: ProjectId, *, anew: bool = False) -> Ids:
        """One of each in a project, with somebody's own token where it is theirs to have one; made
        anew for what takes one away."""
        if anew:
            return self._things_of(name, project_id)
        if (name, project_id) not in self.made:
            self.made[name, project_id] = self._things_of(name, project_id)
        return self.made[name, project_id]

    def _things_of(self, name: str, project_id: ProjectId) -> Ids:
        owner = self.people.get(name, self.people["member"])
        owner = owner if project_id == self.ours else self.neighbour
        who = self.home.who(owner, project_id)
        things = one_of_each(self.home.studio, who, self.versions[project_id])
        self.home.join(self.people["spare"], project_id)
        return {**things, "user_id": self.people["spare"]}


TOKENS: dict[str, tuple[Scope, ...]] = {
    "token to read": (Scope.READ,),
    "token to embed": (Scope.EMBED,),
    "token to write": (Scope.READ, Scope.WRITE),
}
ROLES = {"viewer": Role.VIEWER, "member": Role.MEMBER, "admin": Role.ADMIN}
PEOPLE = ("stranger", *ROLES, "administrator", *TOKENS)


@pytest.fixture(scope="module")
def settings(broker_url: str) -> Iterator[Settings]:
    with a_database() as url, tempfile.TemporaryDirectory() as data:
        made = Settings(
            data=Path(data),
            database_url=url,
            broker_url=broker_url,
            auth="accounts",
            secret_key=SecretStr("0" * 32),
            embedder_url=f"http://127.0.0.1:{free_port()}",  # it is away, too
            requests_per_minute=1_000_000,
            requests_per_minute_of_an_address=1_000_000,
        )
        migrate(made)
        yield made


@pytest.fixture(scope="module")
def everybody(settings: Settings) -> Iterator[Everybody]:
    with house(settings) as home, pytest.MonkeyPatch.context() as patched:
        patched.setenv("HF_ENDPOINT", f"http://127.0.0.1:{free_port()}")  # the Hub is away
        patched.setattr(
            service, "sample_table", lambda: pa.table({"name": ["a"], "summary": ["b"]})
        )
        ours, theirs = home.project("ours"), home.project("theirs")
        people = {name: home.person(f"{name}@x", {ours: role}) for name, role in ROLES.items()}
        people["administrator"] = home.person("boss@x", {ours: Role.MEMBER}, is_administrator=True)
        people["spare"] = home.person("spare@x", {})
        neighbour = home.person("neighbour@x", {theirs: Role.ADMIN})
        owners = {ours: people["admin"], theirs: neighbour}
        versions = {
            project: a_version(home.studio, home.who(owner, project), name)
            for name, (project, owner) in zip(("our", "their"), owners.items(), strict=True)
        }
        yield Everybody(home, ours, theirs, people, neighbour, versions)
