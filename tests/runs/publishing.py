"""A model to publish, and a Hub to publish it to: through REST and a real worker."""

import csv
import hashlib
import io
from pathlib import Path
from typing import Any

import httpx2

from backend.models.tables import Model
from backend.studio import Studio
from tests.models import a_model
from tests.processes import wait_until
from tests.publishing_hub import TOKEN, Held
from tests.runs import trainings
from tests.tiny_model import write_tiny_bert
from worker.engine.model import SentenceTransformer

ASKED = {"repo": "ada/questions", "license": "apache-2.0", "languages": ["en"]}


def a_trained_model(api: httpx2.Client, studio: Studio, folder: Path) -> Model:
    """A model with the card of a training, and with the rows that it would have learned from."""
    version = trainings.upload(api, trainings.pairs_csv())
    recipe = trainings.recipe_for(api, version["id"])
    model = SentenceTransformer(str(write_tiny_bert(folder / "tiny", seed=3)), device="cpu")
    model.save_pretrained(str(folder / "model"))
    return a_model(studio, folder / "model", recipe)


def texts_of_pairs() -> list[str]:
    """Every text of the rows that were learned from or kept aside."""
    rows = csv.reader(io.StringIO(trainings.pairs_csv().decode()))
    return [text for row in list(rows)[1:] for text in row]


def connect(api: httpx2.Client, token: str = TOKEN) -> None:
    answer = api.put("me/hub-connection", json={"token": token})
    assert answer.status_code == 200, answer.text


def previewed(api: httpx2.Client, model_id: str, **asked: Any) -> dict[str, Any]:
    answer = api.post(f"models/{model_id}/publications", json=ASKED | asked)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def publish(
    api: httpx2.Client, publication: dict[str, Any], seconds: float = 180
) -> dict[str, Any]:
    """Publish what was previewed; gives it as it has ended."""
    answer = api.post(f"publications/{publication['id']}/publish")
    assert answer.status_code == 202, answer.text
    place = f"publications/{publication['id']}"
    wait_until(
        lambda: api.get(place).json()["status"] in ("succeeded", "failed", "cancelled"),
        seconds,
        "the publication",
    )
    ended: dict[str, Any] = api.get(place).json()
    return ended


def arrived(hub: Held, ended: dict[str, Any]) -> dict[str, bytes]:
    """The files of the publication's commit, less those that the Hub makes itself."""
    repo = hub.repos[ended["repo"]]
    history = repo.at(ended["commit"])
    assert history is not None
    return {name: body for name, body in history[-1].files.items() if name != ".gitattributes"}


def hashes(files: dict[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}


def shown_hashes(publication: dict[str, Any]) -> dict[str, str]:
    return {file["name"]: file["sha256"] for file in publication["files"]}
