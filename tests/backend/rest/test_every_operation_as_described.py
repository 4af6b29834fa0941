"""What the document says of an operation is what it does: no 5xx, and no answer of another shape."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network

import httpx2
import pytest
from schemathesis.generation import GenerationMode

from backend.accounts.people import SCOPES, THE_PROJECT, Role
from backend.settings import Settings
from tests.api_walk import walk
from tests.models import a_model
from tests.people import House, with_accounts
from tests.processes import RunningServer
from tests.runs import trainings

HUB_AWAY = {"HF_ENDPOINT": "http://127.0.0.1:1", "HF_HUB_OFFLINE": "1"}
"""Nobody listens there: what is asked of the Hub is answered without it."""


INSIDE = "127.0.0.0/8"
"""Where webhooks may go in these tests: to a port where nobody listens."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"outgoing_networks": [ip_network(INSIDE)]})


@pytest.fixture
def away_from_the_hub(monkeypatch):
    for name, value in HUB_AWAY.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def known(api, studio, tmp_path) -> dict[str, str]:
    """One of each kind, by the name of the parameter that asks for it."""
    version = trainings.upload(api, trainings.pairs_csv(60))
    recipe = trainings.recipe_for(api, version["id"])
    run = trainings.start(api, recipe)
    model_folder = tmp_path / "model"
    model_folder.mkdir()
    (model_folder / "README.md").write_text("# A model")
    upload = api.post("uploads", json={"file_name": "a.csv", "size_bytes": 5}).json()
    hook = api.post("webhook-endpoints", json={"url": "http://127.0.0.1:1/hook"}).json()
    return {
        "endpoint_id": hook["id"],
        "delivery_id": api.post(f"webhook-endpoints/{hook['id']}/test").json()["id"],
        "recipe_id": api.post("recipes", json={"name": "r", "recipe": recipe}).json()["id"],
        "name": "CoSENTLoss",
        "version_id": version["id"],
        "dataset_id": version["dataset_id"],
        "run_id": run["id"],
        "job_id": run["job_id"],
        "upload_id": upload["id"],
        "model_id": a_model(studio, model_folder).id,
    }


@pytest.fixture
def document(api, server):
    return api.get(f"{server.url}/api/openapi.json").json()


QUICK = 1
LONG = int(os.environ.get("LIKEWISE_WALK_EXAMPLES", "3"))
"""`make walk-api` asks for a hundred, which takes hours."""
TAKES_LONG = {"createSampleDataset"}
"""Ten seconds each, and nothing in it that could differ."""


def is_quick(name: str) -> bool:
    return name not in TAKES_LONG


def test_the_one_person_of_a_studio_is_answered_as_described(
    document, server, known, away_from_the_hub
):
    wrong = walk(document, server.url, known, examples=QUICK, only=is_quick)
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.timeout(600 * LONG)
def test_the_one_person_of_a_studio_is_answered_as_described_again_and_again(
    document, server, known, away_from_the_hub
):
    wrong = walk(document, server.url, known, examples=LONG, only=is_quick)
    assert not wrong, "\n".join(wrong)


ENDS_WHO_ASKS = {"signOut", "signOutEverywhere", "changePassword"}


@dataclass(frozen=True)
class Door:
    """A studio with accounts, what is in it, and what each person's requests carry."""

    url: str
    known: dict[str, str]
    headers: dict[str, dict[str, str]]

    def get(self, path: str, who: str) -> httpx2.Response:
        with httpx2.Client(
            headers=self.headers[who], timeout=60, trust_env=False, verify=False
        ) as client:
            return client.get(f"{self.url}{path}")


@pytest.fixture
def door(studio, known, away_from_the_hub) -> Iterator[Door]:
    with RunningServer(with_accounts(studio.settings)) as running:
        home = House(running.app, None)
        admin = home.person("admin@example.org", {THE_PROJECT: Role.ADMIN}, is_administrator=True)
        member = home.person("member@example.org")
        another = home.person("another@example.org")
        in_a_browser = home.cookie(admin) | {"Origin": running.url}
        api = f"{running.url}/api/v1"
        with httpx2.Client(
            headers=in_a_browser, timeout=60, trust_env=False, verify=False
        ) as client:
            token = client.post(f"{api}/tokens", json={"name": "t", "scopes": ["read"]}).json()
            guest = {"email": "guest@example.org"}
            invitation = client.post(f"{api}/invitations", json=guest).json()
        yield Door(
            running.url,
            known
            | {"user_id": another, "project_id": THE_PROJECT}
            | {"token_id": token["id"], "invitation_id": invitation["id"]},
            {
                "anonymous": {},
                "member": home.bearer(member, THE_PROJECT, *SCOPES[Role.MEMBER]),
                "admin": in_a_browser,
            },
        )


def walked_as(
    door: Door, who: str, examples: int, modes: Iterable[GenerationMode] = tuple(GenerationMode)
) -> list[str]:
    document = door.get("/api/openapi.json", who).json()
    return walk(
        document,
        door.url,
        door.known,
        examples=examples,
        headers=door.headers[who],
        modes=modes,
        only=lambda name: is_quick(name) and name not in ENDS_WHO_ASKS,
    )


@pytest.mark.parametrize("who", ["anonymous", "member", "admin"])
def test_everybody_is_answered_as_described(door, who):
    wrong = walked_as(door, who, 1, [GenerationMode.POSITIVE])
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.timeout(600 * LONG)
@pytest.mark.parametrize("who", ["anonymous", "member", "admin"])
def test_everybody_is_answered_as_described_again_and_again(door, who):
    wrong = walked_as(door, who, LONG)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("who", "status"), [("anonymous", 401), ("member", 200), ("admin", 200)])
def test_those_who_walked_were_who_they_were_said_to_be(door, who, status):
    assert door.get("/api/v1/me", who).status_code == status
