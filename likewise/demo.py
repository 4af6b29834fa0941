"""The demonstration: a studio starts, takes real text in, trains a real model, and proves it.

All that it does, it does over REST, as everybody does.
"""

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from backend.models.schemas import ModelOut
from backend.settings import Settings
from likewise.cli.exits import Exit
from likewise.cli.follow import STATUS_EXITS
from likewise.cli.progress import watch
from likewise.cli.verdict import proof
from likewise.client import Client
from likewise.client.recipes import plain
from likewise.embedded import ports, running
from likewise.embedded.studio import running_studio

ARGUMENTS: dict[str, Any] = {
    "max_steps": 40,
    "per_device_train_batch_size": 64,
    "learning_rate": 3e-5,
    "eval_steps": 8,
}
"""What the demo says over the recommended recipe, so that it ends within minutes on two cores."""

NAME = "demo"
DATA = Path("data")


@dataclass(frozen=True)
class Place:
    """A studio for the demo. `is_ours`: it ends with us."""

    client: Client
    is_ours: bool


def demonstrate(port: int | None, data: Path | None, ends: bool, as_json: bool) -> Exit:
    """Run the demo; serves on until Ctrl-C unless `ends`, or nobody is at a terminal to see it."""
    began = time.monotonic()
    out = sys.stderr if as_json else sys.stdout
    ends = ends or as_json or not sys.stdout.isatty()
    try:
        with _studio(_settings(port, data), out) as place:
            status, model = _train(place.client, out)
            if model is None:
                return status
            if as_json:
                print(json.dumps(summary(model, time.monotonic() - began)))
                return status
            print(f"\n{proof(model)}\n")
            if ends:
                print(json.dumps(summary(model, time.monotonic() - began)), flush=True)
                return status
            _serve_on(place, model)
    except KeyboardInterrupt:
        print("Ended. A training that was under way goes on with the next start.", file=out)
        return Exit.INTERRUPTED
    return status


def summary(model: ModelOut, seconds_run: float) -> dict[str, Any]:
    """The demo's outcome, for scripts: the last line that it prints."""
    verdict = model.verdict
    assert verdict is not None  # the caller has seen to it
    return {
        "metric": verdict.metric,
        "before": verdict.before,
        "after": verdict.after,
        "difference": verdict.difference,
        "ci95": list(verdict.ci95),
        "queries": verdict.queries,
        "seconds_setup": float(os.environ.get("LIKEWISE_SETUP_SECONDS") or 0),
        "seconds_run": round(seconds_run, 1),
        "model_id": model.id,
        "model_path": model.path,
    }


def _settings(port: int | None, data: Path | None) -> Settings:
    said: dict[str, Any] = {} if port is None else {"port": port}
    if data or "LIKEWISE_DATA" not in os.environ:
        said["data"] = data or DATA
    return Settings(**said)


@contextlib.contextmanager
def _studio(settings: Settings, out: TextIO) -> Iterator[Place]:
    """The studio that runs on this data folder, else one that we start."""
    there = running.read(settings.data)
    if there is not None:
        print(f"Using the studio that runs at {there.url}.", file=out)
        with Client(there.url) as client:
            yield Place(client, is_ours=False)
        return
    port = ports.first_free(settings.host, settings.port)
    if port != settings.port:
        print(f"Port {settings.port} is taken; using {port}.", file=out)
    settings = settings.model_copy(update={"port": port})

    def tell(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    with running_studio(settings, tell) as studio, Client(studio.url) as client:
        folder = settings.data.absolute()
        print(f"The studio is at {studio.url}, its data in {folder}.", file=out, flush=True)
        yield Place(client, is_ours=True)


def _train(client: Client, out: TextIO) -> tuple[Exit, ModelOut | None]:
    """Import, train, prove; the exit status, and the model where there is one with a verdict."""
    version = client.upload_sample()
    print(f"Sample: {version.rows:,} rows of text, version {version.id}.", file=out)
    recipe = plain(client.recommend(version.id))
    recipe["arguments"] |= ARGUMENTS
    run = client.start(recipe, NAME)
    print(
        f"Recipe: {recipe['base_model'].split('/')[-1]}, {recipe['loss']['name']}.\n"
        f"Run: {client.url}/runs/{run.id}",
        file=out,
        flush=True,
    )
    watch(client.follow(run.id), out)
    run = client.wait(run.id)
    if run.problem is not None:
        print(f"{run.problem.title}\n  {run.problem.detail}", file=sys.stderr)
    if run.model_id is None:
        print(f"The run {run.status} without a model: {client.url}/runs/{run.id}", file=sys.stderr)
        return STATUS_EXITS[run.status] or Exit.FAILED, None
    model = client.model(run.model_id)
    if model.verdict is None:
        print("The model was not judged: its recipe kept no rows aside.", file=sys.stderr)
        return Exit.FAILED, None
    return STATUS_EXITS[run.status], model


def _serve_on(place: Place, model: ModelOut) -> None:
    url = f"{place.client.url}/models/{model.id}"
    if not place.is_ours:
        print(f"Try it: {url}")
        return
    print(f"Try it: {url}. Ctrl-C ends the studio; its data stays.", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            signal.pause()
