"""What a client asks of data."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, RootModel

from backend.datasets.profile import ProfileResult
from backend.datasets.schemas import DatasetOut, FitsOut, RowsOut, VersionOut
from backend.recipes.hub import HubDataset
from backend.recipes.schemas import Recipe
from backend.runs.schemas import FailureOut, JobOut
from backend.runs.states import JobStatus
from likewise.client import uploads
from likewise.client.errors import JobFailed
from likewise.client.http import Http
from likewise.client.pages import Page, newest

READ_TABLE_SECONDS = 600.0
"""A table of gigabytes is read, checked and written before the answer comes."""

JOB_LOOK_SECONDS = 1.0


class _Made(RootModel[VersionOut | JobOut]):
    """A version, or the job that makes it."""


class ProfileSeen(BaseModel):
    """A look at a version. `result` is null until its job has succeeded."""

    status: JobStatus
    result: ProfileResult | None


class DataMethods:
    """Datasets, their versions, and what can be trained with them."""

    _http: Http

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
        self,
        version_id: str,
        mapping: Mapping[str, Any] | None = None,
        loss: str | None = None,
        goal: str | None = None,
    ) -> Recipe:
        """A recipe for this data, for a person who has no opinion yet, or only one on these."""
        body = {"mapping": mapping, "loss": loss, "goal": goal}
        return self._http.ask("POST", f"dataset-versions/{version_id}/recommend", Recipe, body=body)

    def dataset(self, dataset_id: str) -> DatasetOut:
        return self._http.ask("GET", f"datasets/{dataset_id}", DatasetOut)

    def change_dataset(self, dataset_id: str, **changes: Any) -> DatasetOut:
        """Another `name`, or other `tags`."""
        return self._http.ask("PATCH", f"datasets/{dataset_id}", DatasetOut, body=changes)

    def delete_dataset(self, dataset_id: str) -> None:
        """With all its versions; ApiError where something was made from them."""
        self._http.tell("DELETE", f"datasets/{dataset_id}")

    def delete_version(self, version_id: str) -> None:
        """ApiError where something was made from it."""
        self._http.tell("DELETE", f"dataset-versions/{version_id}")

    def rows(
        self, version_id: str, offset: int = 0, limit: int = 50, q: str | None = None
    ) -> RowsOut:
        params = {"offset": offset, "limit": limit, "q": q}
        return self._http.ask("GET", f"dataset-versions/{version_id}/rows", RowsOut, params=params)

    def profile(self, version_id: str) -> ProfileSeen:
        """What the studio noticed in a version."""
        return self._http.ask("GET", f"dataset-versions/{version_id}/profile", ProfileSeen)
