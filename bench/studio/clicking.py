"""From the click that starts a run to its first step, and where the time goes."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx2

from bench.a_studio import trained
from bench.texts import short_pairs

BASE_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
ROWS = 2_000
STEPS = 3
_MOST_SECONDS = 300.0


@dataclass(frozen=True)
class Clicked:
    """Seconds from the click, as the events of the run have them: until a worker has claimed it,
    until its process is at work, until it trains, until its first step."""

    run_id: str
    claimed: float
    at_work: float
    trains: float
    first_step: float

    def told(self) -> str:
        return (
            f"claimed {self.claimed:.1f} s, at work {self.at_work:.1f} s, base model measured and "
            f"training begun {self.trains:.1f} s, first step {self.first_step:.1f} s"
        )


def upload(api: httpx2.Client) -> str:
    """Sentence pairs, as a person brings them."""
    out = io.StringIO()
    csv.writer(out).writerows([("anchor", "positive"), *short_pairs(ROWS)])
    answer = api.post("datasets", files={"file": ("pairs.csv", out.getvalue().encode())})
    return str(answer.raise_for_status().json()["id"])


def click(api: httpx2.Client, version_id: str) -> Clicked:
    """A run of a few steps, to its end."""
    recipe: dict[str, Any] = api.post(f"dataset-versions/{version_id}/recommend").json()
    recipe["base_model"] = BASE_MODEL
    recipe["arguments"] |= {"max_steps": STEPS, "logging_steps": 1, "eval_steps": STEPS}
    run_id = api.post("runs", json={"recipe": recipe}).raise_for_status().json()["id"]
    trained(api, run_id, _MOST_SECONDS)
    return _told_by(run_id, _events(api, run_id))


def _events(api: httpx2.Client, run_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while items := api.get(f"runs/{run_id}/events?after={len(found)}").json()["items"]:
        found += items
    return found


def _told_by(run_id: str, events: list[dict[str, Any]]) -> Clicked:
    def when(kind: str, **data: Any) -> datetime:
        """Of the first event that says so."""
        return next(
            datetime.fromisoformat(event["at"])
            for event in events
            if event["kind"] == kind and data.items() <= event["data"].items()
        )

    clicked = when("state", status="queued")
    first_step = next(
        datetime.fromisoformat(event["at"])
        for event in events
        if event["kind"] == "metrics" and "loss" in event["data"]
    )
    moments = (
        when("state", status="running"),
        when("phase", phase="preparing"),
        when("phase", phase="training"),
        first_step,
    )
    return Clicked(run_id, *((moment - clicked).total_seconds() for moment in moments))
