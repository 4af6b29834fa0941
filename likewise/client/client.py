"""A studio, as a Python program uses it. Thin: one method is one request, or a loop of one."""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import RootModel, TypeAdapter

from backend.catalog.rows import BaseModelRow, EvaluatorRow, LossRow
from backend.datasets.schemas import DatasetOut, FitsOut, VersionOut
from backend.models.schemas import ModelOut, SimilarityIn, SimilarityOut
from backend.problems import Problem
from backend.recipes.hub import HubDataset
from backend.recipes.schemas import Recipe
from backend.runs.schemas import (
    EventOut,
    EventsOut,
    FailureOut,
    JobOut,
    JudgementOut,
    RunIn,
    RunOut,
)
from backend.runs.states import JobStatus
from likewise.client import stream, uploads
from likewise.client.address import find_url
from likewise.client.errors import JobFailed, problems_of
from likewise.client.http import Http
from likewise.client.pages import Page, newest

READ_TABLE_SECONDS = 600.0
"""A table of gigabytes is read, checked and written before the answer comes."""

JOB_LOOK_SECONDS = 1.0

NEWS_SECONDS = 30.0
"""How long the server may wait for news before it answers that there are none."""


class _Made(RootModel[VersionOut | JobOut]):
    """A version, or the job that makes it."""


class Client:
    """The studio at `url`; by default LIKEWISE_URL, else the one that runs on LIKEWISE_DATA.

    `token` defaults to LIKEWISE_TOKEN; `timeout` is in seconds. Every method raises Unreachable,
    ApiError with the studio's reasons, or Incompatible. A context manager: it closes connections.
    """

    def __init__(
        self, url: str | None = None, token: str | None = None, timeout: float = 30.0
    ) -> None:
        self.url = find_url(url)
        self._http = Http(self.url, token or os.environ.get("LIKEWISE_TOKEN"), timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    # datasets

    def upload(self, path: str | Path, name: str | None = None) -> VersionOut:
        """Import a file of any format that the studio reads; returns when its version is there.
        The same rows again give the same version.

        Raises ApiError or, where the file is so large that a worker reads it, JobFailed: with what
        is wrong in it, and where.
        """
        body = {"uploads": [uploads.send(self._http, Path(path)).id], "name": name}
        made = self._http.ask(
            "POST", "datasets/import", _Made, body=body, read_seconds=READ_TABLE_SECONDS
        ).root
        return self._imported(made) if isinstance(made, JobOut) else made

    def upload_sample(self) -> VersionOut:
        """Import the sample: real text, built from the documentation of installed packages."""
        return self._http.ask(
            "POST", "datasets/sample", VersionOut, read_seconds=READ_TABLE_SECONDS
        )

    def import_from_hub(
        self,
        repo: str,
        subset: str | None = None,
        split: str = "train",
        revision: str | None = None,
    ) -> VersionOut:
        """Import a dataset of the Hugging Face Hub; returns when it is there.

        Raises JobFailed with the reason where the Hub doesn't give it.
        """
        body = HubDataset(repo=repo, subset=subset, split=split, revision=revision)
        return self._imported(self._http.ask("POST", "datasets/hub", JobOut, body=body))

    def _imported(self, job: JobOut) -> VersionOut:
        while not job.status.is_ended:
            time.sleep(JOB_LOOK_SECONDS)
            job = self._http.ask("GET", f"jobs/{job.id}", JobOut)
        if job.result is None:
            why = job.problem or FailureOut(code="none", title="No import", detail=job.status)
            raise JobFailed(job.id, why.title, why.detail)
        return self.version(job.result["version_id"])

    def datasets(self, limit: int = 50) -> list[DatasetOut]:
        return newest(self._http, "datasets", Page[DatasetOut], limit)

    def version(self, version_id: str) -> VersionOut:
        return self._http.ask("GET", f"dataset-versions/{version_id}", VersionOut)

    def fits(self, version_id: str) -> FitsOut:
        """What this data can be trained with: an answer for every loss, the fitting ones first."""
        return self._http.ask("POST", f"dataset-versions/{version_id}/fits", FitsOut)

    def recommend(
        self, version_id: str, mapping: Mapping[str, Any] | None = None, loss: str | None = None
    ) -> Recipe:
        """A recipe for this data, for a person who has no opinion yet, or only one on these."""
        body = {"mapping": mapping, "loss": loss}
        return self._http.ask("POST", f"dataset-versions/{version_id}/recommend", Recipe, body=body)

    # recipes

    def validate(self, recipe: Recipe | Mapping[str, Any]) -> tuple[Problem, ...]:
        """Everything that is wrong with a recipe, at once; empty where it can be trained."""
        body = {"recipe": plain(recipe)}
        judgement = self._http.ask("POST", "recipes/validate", JudgementOut, body=body)
        return problems_of([problem.model_dump() for problem in judgement.problems])

    # runs

    def start(
        self,
        recipe: Recipe | Mapping[str, Any],
        name: str | None = None,
        priority: int = 0,
        time_limit_seconds: int | None = None,
    ) -> RunOut:
        """Queue a training; answers at once."""
        body = RunIn(
            recipe=plain(recipe),
            name=name,
            priority=priority,
            time_limit_seconds=time_limit_seconds,
        )
        return self._http.ask("POST", "runs", RunOut, body=body)

    def run(self, run_id: str, wait_seconds: float = 0) -> RunOut:
        """One run; with `wait_seconds`, as soon as there is news, or after so long."""
        read_seconds = wait_seconds + NEWS_SECONDS if wait_seconds else None
        params = {"wait": wait_seconds or None}
        return self._http.ask(
            "GET", f"runs/{run_id}", RunOut, params=params, read_seconds=read_seconds
        )

    def runs(self, status: JobStatus | None = None, limit: int = 50) -> list[RunOut]:
        """The newest runs, newest first."""
        return newest(self._http, "runs", Page[RunOut], limit, status=status)

    def cancel(self, run_id: str) -> RunOut:
        """End a run: at once if it waits, within seconds if it works. Twice is once."""
        return self._http.ask("POST", f"runs/{run_id}/cancel", RunOut)

    def pause(self, run_id: str) -> RunOut:
        """Set a run aside: at once if it waits, with a checkpoint if it works. Twice is once."""
        return self._http.ask("POST", f"runs/{run_id}/pause", RunOut)

    def resume(self, run_id: str) -> RunOut:
        """Let a paused run go on from its last checkpoint."""
        return self._http.ask("POST", f"runs/{run_id}/resume", RunOut)

    def retry(self, run_id: str) -> RunOut:
        """Try a run again that failed or was stopped: one more attempt."""
        return self._http.ask("POST", f"runs/{run_id}/retry", RunOut)

    def clone(
        self, run_id: str, changes: Sequence[Mapping[str, Any]] = (), name: str | None = None
    ) -> RunOut:
        """A new run of the same recipe, with `changes` to it, a JSON Patch (RFC 6902)."""
        body = {"changes": [dict(change) for change in changes], "name": name}
        return self._http.ask("POST", f"runs/{run_id}/clone", RunOut, body=body)

    def wait(self, run_id: str) -> RunOut:
        """The run, once it has ended; its status says how."""
        run = self.run(run_id)
        while not run.status.is_ended:
            run = self.run(run_id, NEWS_SECONDS)
        return run

    def events(self, run_id: str, after: int = 0) -> EventsOut:
        """A run's events after number `after`, as far as they are known; at most 1 000."""
        return self._http.ask("GET", f"runs/{run_id}/events", EventsOut, params={"after": after})

    def follow(self, run_id: str, after: int = 0) -> Iterator[EventOut]:
        """A run's events after number `after` as they come, until it ends; none lost, none twice.

        Connects again by itself, for up to two minutes.
        """
        return stream.follow(self._http, f"runs/{run_id}/events", after)

    # models

    def models(self, limit: int = 50) -> list[ModelOut]:
        """The newest models, newest first."""
        return newest(self._http, "models", Page[ModelOut], limit)

    def model(self, model_id: str) -> ModelOut:
        """One model with its verdict and figures before and after."""
        return self._http.ask("GET", f"models/{model_id}", ModelOut)

    def similarity(self, model_id: str, source: str, others: Sequence[str]) -> SimilarityOut:
        """Cosine similarity of `source` with each of `others`, by tuned and by base model."""
        body = SimilarityIn(source=source, others=list(others))
        return self._http.ask("POST", f"models/{model_id}/similarity", SimilarityOut, body=body)

    # the catalogue

    def losses(self) -> list[LossRow]:
        return self._http.ask("GET", "losses", list[LossRow])

    def evaluators(self) -> list[EvaluatorRow]:
        return self._http.ask("GET", "evaluators", list[EvaluatorRow])

    def base_models(self) -> list[BaseModelRow]:
        return self._http.ask("GET", "base-models", list[BaseModelRow])


def plain(recipe: Recipe | Mapping[str, Any]) -> dict[str, Any]:
    """A recipe as JSON's own values; a mapping is sent as it is, for the studio to judge."""
    if isinstance(recipe, Recipe):
        return recipe.model_dump(mode="json")
    values: dict[str, Any] = TypeAdapter(dict[str, Any]).dump_python(dict(recipe), mode="json")
    return values
