"""`make bench-estimate`: is what a plan says it takes what it then takes?

Five recipes in a studio of their own, whose worker has measured itself and trained nothing: each is
estimated, then trained. The first is estimated from the measure, the others from that and from the
runs before them. The seconds of the training and the most memory of its process are compared; the
bound is 30 % either way. The last line is one JSON object.
"""

import json
import os
import platform
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx2

from bench.a_studio import running_studio, trained
from bench.estimate.recipes import BASE_MODEL, Asked, five

BOUND = 1.3
_MOST_SECONDS = 600.0
_LOOK_SECONDS = 0.5


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A recipe: what was expected and what came, in seconds and bytes."""

    name: str
    basis: str
    steps: int
    expected_training_seconds: float
    training_seconds: float
    expected_seconds: float
    seconds: float
    expected_memory_bytes: float
    memory_bytes: float

    @property
    def time_ratio(self) -> float:
        return self.training_seconds / self.expected_training_seconds

    @property
    def whole_ratio(self) -> float:
        return self.seconds / self.expected_seconds

    @property
    def memory_ratio(self) -> float:
        return self.memory_bytes / self.expected_memory_bytes


def main() -> None:
    named = os.environ.get("LIKEWISE_TEST_DATA")
    if not named:
        raise SystemExit("Set LIKEWISE_TEST_DATA to a folder with stsb, banking77 and cranfield.")
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    cells = []
    all_asked = five(Path(named))
    with (
        tempfile.TemporaryDirectory(prefix="lw-") as folder,
        running_studio(Path(folder) / "data", LIKEWISE_MEASURE_SPEED="1") as studio,
        _client(studio.url) as api,
    ):
        versions = [_upload(api, asked) for asked in all_asked]
        for version_id in versions:
            _profiled(api, version_id)
        for asked, version_id in zip(all_asked, versions, strict=True):
            cells.append(_cell(api, asked, version_id))
            print(_told(cells[-1]), flush=True)
    worst_time = max(_off(cell.time_ratio) for cell in cells)
    worst_memory = max(_off(cell.memory_ratio) for cell in cells)
    said = {
        "cells": [_row(cell) for cell in cells],
        "worst_time_ratio": round(worst_time, 3),
        "worst_memory_ratio": round(worst_memory, 3),
        "worst_whole_ratio": round(max(_off(cell.whole_ratio) for cell in cells), 3),
    }
    print(json.dumps(said))
    if max(worst_time, worst_memory) > BOUND:
        sys.exit(1)


def _cell(api: httpx2.Client, asked: Asked, version_id: str) -> Cell:
    recipe = _recipe(api, asked, version_id)
    expected = _expected(api, recipe)
    run_id = api.post("runs", json={"recipe": recipe}).raise_for_status().json()["id"]
    run = trained(api, run_id, _MOST_SECONDS)
    spent = api.get(f"runs/{run_id}/cost").json()["spent"]
    return Cell(
        name=asked.name,
        basis=expected["basis"],
        steps=expected["steps"],
        expected_training_seconds=expected["training_seconds"]["value"],
        training_seconds=spent["training_seconds"],
        expected_seconds=expected["seconds"]["value"],
        seconds=run["ran_seconds"],
        expected_memory_bytes=expected["memory_bytes"]["value"],
        memory_bytes=spent["memory_bytes"],
    )


def _recipe(api: httpx2.Client, asked: Asked, version_id: str) -> dict[str, Any]:
    wished = {"loss": asked.loss}
    answer = api.post(f"dataset-versions/{version_id}/recommend", json=wished)
    recipe: dict[str, Any] = answer.raise_for_status().json()
    recipe["base_model"] = BASE_MODEL
    recipe["arguments"] |= asked.arguments
    return recipe


def _expected(api: httpx2.Client, recipe: dict[str, Any]) -> dict[str, Any]:
    """Once the worker has measured itself."""
    deadline = time.monotonic() + _MOST_SECONDS
    while True:
        answer = api.post("recipes/estimate", json={"recipe": recipe})
        expected: dict[str, Any] = answer.raise_for_status().json()
        if expected["basis"] != "assumed":
            return expected
        if time.monotonic() > deadline:
            raise SystemExit("The worker did not measure itself.")
        time.sleep(_LOOK_SECONDS)


def _upload(api: httpx2.Client, asked: Asked) -> str:
    answer = api.post("datasets", files={"file": (f"{asked.name}.csv", asked.as_csv())})
    return str(answer.raise_for_status().json()["id"])


def _profiled(api: httpx2.Client, version_id: str) -> None:
    """Its texts have been counted in tokens: a worker does that by itself with what is new."""
    deadline = time.monotonic() + _MOST_SECONDS
    while api.get(f"dataset-versions/{version_id}/profile").json().get("result") is None:
        if time.monotonic() > deadline:
            raise SystemExit("The data was not looked at.")
        time.sleep(_LOOK_SECONDS)


def _off(ratio: float) -> float:
    """How many times too much or too little."""
    return max(ratio, 1 / ratio)


def _told(cell: Cell) -> str:
    return (
        f"  {cell.name:38} {cell.basis:8} {cell.steps:4} steps: "
        f"trained {cell.training_seconds:5.1f} s, expected {cell.expected_training_seconds:5.1f} "
        f"({cell.time_ratio:.2f}); in all {cell.seconds:5.1f} s, expected "
        f"{cell.expected_seconds:5.1f} ({cell.whole_ratio:.2f}); "
        f"{cell.memory_bytes / 1e6:.0f} MB, expected {cell.expected_memory_bytes / 1e6:.0f} "
        f"({cell.memory_ratio:.2f})"
    )


def _row(cell: Cell) -> dict[str, Any]:
    return {
        name: round(value, 2) if isinstance(value, float) else value
        for name, value in asdict(cell).items()
    } | {
        "time_ratio": round(cell.time_ratio, 3),
        "memory_ratio": round(cell.memory_ratio, 3),
        "whole_ratio": round(cell.whole_ratio, 3),
    }


def _client(url: str) -> httpx2.Client:
    return httpx2.Client(base_url=f"{url}/api/v1/", timeout=120, trust_env=False, verify=False)


if __name__ == "__main__":
    main()
