"""The studio that runs, furnished: a real server in this process, at which anybody can look."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from pydantic import SecretStr

from backend.accounts import claims, cookies, principal, sessions, tokens
from backend.accounts.people import THE_PROJECT, Person, Role, Scope
from backend.accounts.tables import Membership, User
from backend.ids import ProjectId
from backend.settings import Settings
from backend.studio import Studio
from tests.conftest import FAST, SECRET_KEY, a_database, fill
from tests.dataset_hub import dataset_hub
from tests.furnished import data, house, models, runs
from tests.furnished.places import ADA, NEWCOMER, VIEWER, Place
from tests.hub_datasets import PAIRS, nli_repo, pairs_repo
from tests.processes import RunningServer

Cookie = tuple[str, str]


@dataclass(frozen=True)
class Furnished:
    """Where it is, its pages, and the cookie of each who may see one. `claim` is a page that is gone
    as soon as somebody has an account."""

    url: str
    places: list[Place]
    cookies: dict[str, Cookie]
    claim: str

    def client(self, who: str) -> httpx2.Client:
        """A browser without script, as it would ask for pages."""
        sent = self.cookies.get(who)
        headers = {"Accept": "text/html", **({"Cookie": "=".join(sent)} if sent else {})}
        return httpx2.Client(base_url=self.url, headers=headers, timeout=60, trust_env=False)


@contextmanager
def furnished(studio: Studio, hub_cache: Path, folder: Path) -> Iterator[Furnished]:
    """`studio` has accounts, its tables, and nothing in it; `folder` is for what is made."""
    hub = {PAIRS: pairs_repo(), "team/nli": nli_repo()}
    with pytest.MonkeyPatch.context() as patched, dataset_hub(hub) as held:
        patched.delenv("HF_TOKEN", raising=False)
        patched.setenv("HF_ENDPOINT", held.address)
        patched.setenv("HF_HUB_OFFLINE", "0")
        patched.setenv("HF_HOME", str(hub_cache))
        with RunningServer(studio.settings) as server:
            claim = _claim_page(studio, server.url)
            people, signed_in = _people(studio)
            ada = people[ADA]
            with _api(studio, server.url, ada) as api:
                versions = data.tables(api)
                places = [
                    *runs.furnish(studio, api, ada, versions),
                    *data.furnish(studio, api, versions),
                    *models.furnish(studio, api, ada, versions, folder),
                    *house.furnish(studio, ada),
                ]
            yield Furnished(server.url, places, signed_in, claim)


def with_accounts(settings: Settings) -> Settings:
    """Nothing of it goes on by itself, and nobody is held back for asking often."""
    return settings.model_copy(
        update={
            "auth": "accounts",
            "lost_seconds": 3_600.0,
            "reconcile_seconds": 3_600.0,
            "requests_per_minute": 1_000_000,
            "requests_per_minute_of_an_address": 1_000_000,
        }
    )


def _people(studio: Studio) -> tuple[dict[str, Person], dict[str, Cookie]]:
    empty = house.an_empty_project(studio).id
    roles = {
        ADA: ("ada@example.org", THE_PROJECT, Role.ADMIN),
        VIEWER: ("eve@example.org", THE_PROJECT, Role.VIEWER),
    }
    people, signed_in = {}, {}
    with studio.database.writing() as session:
        for name, (email, project, role) in roles.items():
            user = User(email=email, name=name.title(), is_administrator=name == ADA)
            session.add(user)
            session.flush()
            session.add(Membership(project_id=project, user_id=user.id, role=role))
            people[name] = principal.of_user(session, user, project, "test")
            signed_in[name] = _cookie(studio, sessions.begin(session, user.id, project_id=project))
            if name == ADA:
                session.add(Membership(project_id=empty, user_id=user.id, role=role))
                session.flush()
                secret = sessions.begin(session, user.id, project_id=ProjectId(empty))
                signed_in[NEWCOMER] = _cookie(studio, secret)
    return people, signed_in


def _claim_page(studio: Studio, url: str) -> str:
    with studio.database.writing() as session:
        link = claims.new_link(session)
    answer = httpx2.get(f"{url}/claim/{link}", headers={"Accept": "text/html"}, trust_env=False)
    assert answer.status_code == 200, answer.text
    return answer.text


def _cookie(studio: Studio, secret: str) -> Cookie:
    return cookies.name(studio.settings), secret


def _api(studio: Studio, url: str, who: Person) -> httpx2.Client:
    with studio.database.writing() as session:
        _, secret = tokens.create(session, who, "test", list(Scope), None)
    return httpx2.Client(
        base_url=f"{url}/api/v1/",
        headers={"Authorization": f"Bearer {secret}"},
        timeout=60,
        trust_env=False,
    )


@contextmanager
def a_furnished_studio(
    broker_url: str, tables: str, hub_cache: Path, folder: Path
) -> Iterator[Furnished]:
    """One of its own, gone afterwards. `tables` is a database that was migrated, to be copied."""
    (folder / "data").mkdir()
    with a_database() as url:
        fill(url, tables)
        plain = Settings(
            data=folder / "data",
            database_url=url,
            broker_url=broker_url,
            secret_key=SecretStr(SECRET_KEY),
            **FAST,
        )
        studio = Studio.open(with_accounts(plain))
        try:
            with furnished(studio, hub_cache, folder) as found:
                yield found
        finally:
            studio.close()
