"""What a client asks of runs, and of jobs of any kind."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from backend.proof.comparing.schemas import ComparisonOut
from backend.recipes.schemas import Recipe
from backend.runs.checkpoints import CheckpointOut, CheckpointsOut
from backend.runs.log_lines import LogOut
from backend.runs.machine import SystemMetricsOut
from backend.runs.schemas import CostOut, EventOut, EventsOut, JobOut, RunIn, RunOut
from backend.runs.told import MetricsOut
from likewise.client import stream
from likewise.client.http import Http, refusal
from likewise.client.pages import Page, newest
from likewise.client.recipes import plain

NEWS_SECONDS = 30.0
"""How long the server may wait for news before it answers that there are none."""


class RunMethods:
    """Start, find, follow, stop; and read what a run has told."""

    _http: Http

    def start(
        self,
        recipe: Recipe | Mapping[str, Any],
        name: str | None = None,
        priority: int = 0,
        time_limit_seconds: int | None = None,
        *,
        tags: Sequence[str] = (),
        notes: str = "",
        metadata: Mapping[str, str] | None = None,
    ) -> RunOut:
        """Queue a training; answers at once."""
        body = RunIn(
            recipe=plain(recipe),
            name=name,
            priority=priority,
            time_limit_seconds=time_limit_seconds,
            tags=list(tags),
            notes=notes,
            metadata=dict(metadata or {}),
        )
        return self._http.ask("POST", "runs", RunOut, body=body)

    def run(self, run_id: str, wait_seconds: float = 0) -> RunOut:
        """One run; with `wait_seconds`, as soon as there is news, or after so long."""
        read_seconds = wait_seconds + NEWS_SECONDS if wait_seconds else None
        params = {"wait": wait_seconds or None}
        return self._http.ask(
            "GET", f"runs/{run_id}", RunOut, params=params, read_seconds=read_seconds
        )

    def cost(self, run_id: str) -> CostOut:
        """What a run was expected to take, and once it has ended well, what it took."""
        return self._http.ask("GET", f"runs/{run_id}/cost", CostOut)

    def runs(
        self,
        status: str | None = None,
        limit: int = 50,
        *,
        tag: str | None = None,
        dataset_id: str | None = None,
        q: str | None = None,
        created_after: datetime | None = None,
        sort: str | None = None,
    ) -> list[RunOut]:
        """The newest runs, newest first unless `sort` says otherwise: created_at, name, -name.
        `status` may be several, with commas between; `q` is in the name."""
        after = created_after.isoformat() if created_after else None
        filters = {"tag": tag, "dataset_id": dataset_id, "q": q, "created_after": after}
        return newest(self._http, "runs", Page[RunOut], limit, status=status, sort=sort, **filters)

    def change_run(self, run_id: str, **changes: Any) -> RunOut:
        """Another `name`, `tags`, `notes` or `metadata`; what is left out stays."""
        return self._http.ask("PATCH", f"runs/{run_id}", RunOut, body=changes)

    def delete_run(self, run_id: str) -> None:
        """Delete a run that has ended and left no model."""
        self._http.tell("DELETE", f"runs/{run_id}")

    def metrics(
        self,
        run_id: str,
        keys: Sequence[str] | None = None,
        from_step: int = 0,
        to_step: int | None = None,
        max_points: int = 1_500,
    ) -> MetricsOut:
        """Figures by step, thinned to `max_points`, lowest and highest kept."""
        params = {
            "keys": ",".join(keys) if keys else None,
            "from_step": from_step,
            "to_step": to_step,
            "max_points": max_points,
        }
        return self._http.ask("GET", f"runs/{run_id}/metrics", MetricsOut, params=params)

    def logs(self, run_id: str, tail: int = 300, after: int | None = None) -> LogOut:
        """The newest `tail` lines of the log; with `after`, the first that follow that event."""
        params = {"tail": tail, "after": after}
        return self._http.ask("GET", f"runs/{run_id}/logs", LogOut, params=params)

    def checkpoints(self, run_id: str) -> list[CheckpointOut]:
        """What the run could go on from, the newest first."""
        return self._http.ask("GET", f"runs/{run_id}/checkpoints", CheckpointsOut).items

    def system_metrics(self, run_id: str, max_points: int = 500) -> SystemMetricsOut:
        """Processor, memory and GPUs of the machine that trains, over the run's life."""
        params = {"max_points": max_points}
        return self._http.ask(
            "GET", f"runs/{run_id}/system-metrics", SystemMetricsOut, params=params
        )

    def compare_runs(self, run_ids: Sequence[str]) -> ComparisonOut:
        """Two to six runs beside the first: where their recipes differ, their curves, and how far
        apart their models are on *choose*."""
        params = {"run": list(run_ids)}
        return self._http.ask("GET", "runs/compare", ComparisonOut, params=params)

    def script(self, run_id: str) -> str:
        """The run as a Python script for `sentence-transformers`."""
        answer = self._http.send("GET", f"runs/{run_id}/script")
        if not answer.is_success:
            raise refusal(self._http.url, answer)
        return answer.text

    def download_script(self, run_id: str, place: str | Path) -> Path:
        """The script with its rows as a zip at `place`; in a folder, under the run's id."""
        path = Path(place)
        path = path / f"{run_id}-script.zip" if path.is_dir() else path
        self._http.download(f"runs/{run_id}/script.zip", path)
        return path

    def cancel(self, run_id: str) -> RunOut:
        """End a run: at once if it waits, within seconds if it works. Twice is once."""
        return self._http.ask("POST", f"runs/{run_id}/cancel", RunOut)

    def pause(self, run_id: str) -> RunOut:
        """Set a run aside: at once if it waits, with a checkpoint if it works. Twice is once."""
        return self._http.ask("POST", f"runs/{run_id}/pause", RunOut)

    def resume(self, run_id: str) -> RunOut:
        """Let a paused run go on from its last checkpoint."""
        return self._http.ask("POST", f"runs/{run_id}/resume", RunOut)

    def train_other_seeds(self, run_id: str) -> list[RunOut]:
        """Train the same recipe twice more, with the next seeds and the same rows kept aside."""
        return self._http.ask("POST", f"runs/{run_id}/seeds", list[RunOut])

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

    # jobs

    def jobs(
        self, kind: str | None = None, status: str | None = None, limit: int = 50
    ) -> list[JobOut]:
        """The newest work of any kind, newest first."""
        return newest(self._http, "jobs", Page[JobOut], limit, kind=kind, status=status)

    def job(self, job_id: str) -> JobOut:
        return self._http.ask("GET", f"jobs/{job_id}", JobOut)

    def cancel_job(self, job_id: str) -> JobOut:
        """End a job: at once if it waits, within seconds if it works. Twice is once."""
        return self._http.ask("POST", f"jobs/{job_id}/cancel", JobOut)
