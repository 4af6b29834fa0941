"""Small trainings through a real studio: data that there is something to learn from."""

import csv
import io
import random
from typing import Any

import httpx2

from tests.conftest import TINY
from tests.processes import wait_until

ANIMALS = "cat dog bird fish".split()
PLACES = "mat road sky sea".split()


def pairs_csv(rows: int = 120, seed: int = 0) -> bytes:
    """Questions with their answers, all different, in words that the tiny model knows."""
    drawn = random.Random(seed)
    words = "a the big small red blue happy sad quick slow near over under on and with not".split()
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["question", "answer"])
    for n in range(rows):
        topic = f"{drawn.choice(ANIMALS)} {drawn.choice(PLACES)} {n}"
        filler = " ".join(drawn.choices(words, k=4))
        writer.writerow([f"where is the {topic}", f"the {topic} {filler}"])
    return out.getvalue().encode()


def upload(api: httpx2.Client, content: bytes, name: str = "pairs.csv") -> dict[str, Any]:
    answer = api.post("datasets", files={"file": (name, content)})
    assert answer.status_code in (200, 201), answer.text
    version: dict[str, Any] = answer.json()
    return version


def recipe_for(api: httpx2.Client, version_id: str, **arguments: Any) -> dict[str, Any]:
    recipe: dict[str, Any] = api.post(f"dataset-versions/{version_id}/recommend").json()
    recipe["base_model"] = TINY
    recipe["arguments"] |= {"per_device_train_batch_size": 8, "learning_rate": 1e-3} | arguments
    return recipe


def start(api: httpx2.Client, recipe: dict[str, Any]) -> dict[str, Any]:
    answer = api.post("runs", json={"recipe": recipe})
    assert answer.status_code == 202, answer.text
    run: dict[str, Any] = answer.json()
    return run


def run_of(api: httpx2.Client, run_id: str) -> dict[str, Any]:
    run: dict[str, Any] = api.get(f"runs/{run_id}").json()
    return run


def events(api: httpx2.Client, run_id: str) -> list[dict[str, Any]]:
    """All events so far; their numbers must be 1, 2, 3, … without a gap."""
    found: list[dict[str, Any]] = []
    while items := api.get(f"runs/{run_id}/events?after={len(found)}").json()["items"]:
        found += items
    assert [event["seq"] for event in found] == list(range(1, len(found) + 1))
    return found


def losses(found: list[dict[str, Any]]) -> dict[int, float]:
    """The loss of each step; of a step that was trained twice, the later attempt's."""
    told = (event["data"] for event in found if event["kind"] == "metrics")
    return {data["step"]: data["loss"] for data in told if "loss" in data}


def states(found: list[dict[str, Any]]) -> list[str]:
    return [event["data"]["status"] for event in found if event["kind"] == "state"]


def wait_for_step(api: httpx2.Client, run_id: str, step: int, seconds: float = 60.0) -> None:
    def reached() -> bool:
        return max(losses(events(api, run_id)), default=0) >= step

    wait_until(reached, seconds, f"step {step}")


def wait_for_end(api: httpx2.Client, run_id: str, seconds: float = 90.0) -> dict[str, Any]:
    wait_until(
        lambda: run_of(api, run_id)["status"] not in ("queued", "running"), seconds, "the end"
    )
    return run_of(api, run_id)
