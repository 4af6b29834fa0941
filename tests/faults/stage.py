"""A studio of one cell: a server, workers, and a training that stands still where the fault comes.

A training is held by a fault point that stops its process (SIGSTOP) in the phase that is wanted;
so a cell breaks what it is to break there, and lets it go on. No cell depends on who is faster.
"""

import contextlib
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import select
from sqlalchemy.engine import make_url

from backend.runs.tables import Attempt, Job, Run
from backend.settings import Settings
from backend.studio import Studio
from tests.conftest import FAST, SECRET_KEY
from tests.faults.backends import Backend
from tests.faults.warm import WarmWorker
from tests.processes import RunningServer, RunningWorker, wait_until
from tests.runs import trainings

STEPS = {"max_steps": 24, "eval_steps": 6, "logging_steps": 1}
"""Checkpoints after 6, 12, 18 and 24 steps."""

HOLD = {
    "preparing": "train.phase:1:stop",
    "training": "train.step:15:stop",
    "evaluating": "train.phase:3:stop",
    "saving": "train.phase:4:stop",
    "storing": "attempt.stored:1:stop",
}
"""Where a training stands still in each phase. Past a resume `train.step` is not reached again. In
`storing` it is the worker that stands still: the model is stored, the row is not written."""

INTERVALS = FAST | {"lost_seconds": 6.0, "lock_seconds": 1.0}
"""What stands still while a cell breaks something must not be lost by that."""

SECONDS = 300.0
"""For whatever must come, on a machine with other work."""


@dataclass(frozen=True)
class Cast:
    """What became of a cell's run, for the checker."""

    run_id: str
    status: str = "succeeded"
    ranks: int = 1


@dataclass
class Stage:
    backend: Backend
    folder: Path
    hub_cache: Path
    database_url: str
    workers: list[RunningWorker] = field(default_factory=list)
    ranks: int = 1
    is_warm: bool = False
    settings_of_workers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.settings = Settings(
            data=self.folder / "data",
            database_url=self.database_url,
            broker_url=self.backend.broker_url,
            **INTERVALS,
        )
        self.settings.data.mkdir()
        self.studio = Studio.open(self.settings)
        self._letting_go = threading.Event()
        self._stack = ExitStack()

    def open(self) -> None:
        self.backend.redis.flushall()
        self.server = self._stack.enter_context(RunningServer(self.settings))
        self.api = self._client(self.server.url)

    def _client(self, url: str) -> httpx2.Client:
        return self._stack.enter_context(
            httpx2.Client(base_url=f"{url}/api/v1/", timeout=30, trust_env=False, verify=False)
        )

    def at_the_end(self, act: Callable[[], object]) -> None:
        """Do this when the cell is over, however it ended."""
        self._stack.callback(act)

    def close(self) -> None:
        self.let_go()
        for worker in self.workers:
            worker.kill()
        with contextlib.suppress(AssertionError):
            wait_until(lambda: not self.jobs(), 10)
        self._letting_go.set()
        for pid in self.jobs():
            os.kill(pid, signal.SIGKILL)
        self._stack.close()
        self.studio.close()

    # Workers.

    def environment(self, **more: str) -> dict[str, str]:
        names = ("data", "database_url", "broker_url", *INTERVALS)
        ours = {f"LIKEWISE_{name.upper()}": str(getattr(self.settings, name)) for name in names}
        fixed = {
            "HF_HOME": str(self.hub_cache),
            "HF_HUB_OFFLINE": "1",
            "LIKEWISE_SECRET_KEY": SECRET_KEY,
            "LIKEWISE_CPU_RANKS": str(self.ranks),
            "OMP_NUM_THREADS": "1",
            "LIKEWISE_KEEP_READY": str(not self.is_warm),
        }
        return {**os.environ, **ours, **fixed, **self.settings_of_workers, **more}

    def work(self, queue: str = "gpu", **more: str) -> RunningWorker:
        """Start one more worker."""
        log = self.settings.data / f"worker-{len(self.workers)}.log"
        make = WarmWorker if self.is_warm and "LD_PRELOAD" not in more else RunningWorker
        worker = make(queue, self.environment(**more), log)
        try:
            worker.start()
        finally:
            self.workers.append(worker)
        return worker

    @property
    def worker(self) -> RunningWorker:
        return self.workers[-1]

    # Runs.

    def start(self, **arguments: Any) -> str:
        """A run in the queue."""
        version = trainings.upload(self.api, trainings.pairs_csv(80))
        return self.train(version["id"], **arguments)

    def diverges(self) -> str:
        """A run in the queue whose loss overflows at its first step."""
        version = trainings.upload(self.api, trainings.pairs_csv(80))
        recipe = self.recipe(version["id"])
        recipe["loss"]["parameters"] = {"scale": 1e39}  # beyond what 32 bits hold
        return str(trainings.start(self.api, recipe)["id"])

    def recipe(self, version_id: str, **arguments: Any) -> dict[str, Any]:
        recipe = trainings.recipe_for(self.api, version_id, **STEPS | arguments)
        recipe["datasets"][0]["held_out"] = {"choose_rows": 10, "prove_rows": 20}
        return recipe

    def train(self, version_id: str, **arguments: Any) -> str:
        recipe = self.recipe(version_id, **arguments)
        return str(trainings.start(self.api, recipe)["id"])

    def held_in(self, phase: str, **more: str) -> str:
        """A run whose training stands still in this phase, on a new worker."""
        self.work(LIKEWISE_FAULT=HOLD[phase], **more)
        run_id = self.start()
        wait_until(self.stopped, SECONDS, f"the training to stand still in {phase}")
        return run_id

    def jobs(self) -> list[int]:
        """Processes of this studio's jobs, whoever their parents are by now."""
        return [pid for pid in _pids() if str(self.settings.jobs) in log_of(pid)]

    def stopped(self) -> list[int]:
        """Those of jobs and workers that stand still."""
        workers = [pid for worker in self.workers for pid in worker.children()]
        return [pid for pid in [*self.jobs(), *workers] if _state(pid) == "T"]

    def training(self) -> int:
        """The process that trains, of the newest attempt: not whoever loads its model again."""
        leaders = [pid for pid in self.jobs() if os.getpgid(pid) == pid]
        return max(leaders, key=log_of)

    def let_go(self) -> None:
        """Let whatever stands still go on, now and from now on."""

        def keep_letting_go() -> None:
            while not self._letting_go.wait(0.2):
                for pid in self.stopped():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGCONT)

        threading.Thread(target=keep_letting_go, daemon=True).start()

    def gone(self, pids: list[int], seconds: float = 30.0) -> None:
        """Wait for these processes to be gone."""
        wait_until(lambda: not set(pids) & set(self.jobs()), seconds, "processes to be gone")

    def status(self, run_id: str) -> str:
        return str(trainings.run_of(self.api, run_id)["status"])

    def comes_to(self, run_id: str, status: str, seconds: float = SECONDS) -> None:
        wait_until(lambda: self.status(run_id) == status, seconds, f"{run_id} to be {status}")

    def ends(self, run_id: str, status: str = "succeeded", attempts: int | None = None) -> Cast:
        """Wait for the end that must come, after so many attempts."""
        trainings.wait_for_end(self.api, run_id, SECONDS)
        story = trainings.events(self.api, run_id)
        assert self.status(run_id) == status, story[-4:]
        if attempts is not None:
            assert trainings.states(story).count("running") == attempts, trainings.states(story)
        return Cast(run_id, status, self.ranks)

    def attempts(self, run_id: str) -> list[Attempt]:
        with self.studio.database.reading() as session:
            job_id = session.scalars(select(Run.job_id).where(Run.id == run_id)).one()
            query = select(Attempt).where(Attempt.job_id == job_id).order_by(Attempt.n)
            return list(session.scalars(query))

    def job(self, run_id: str) -> Job:
        with self.studio.database.reading() as session:
            return session.scalars(select(Run).where(Run.id == run_id)).one().job

    def said(self, run_id: str) -> list[str]:
        """The lines of its log, and the reasons of its states."""
        found = trainings.events(self.api, run_id)
        return [e["data"].get("message") or e["data"].get("reason") or "" for e in found]

    def checkpoints(self, run_id: str, attempt: int = 1) -> list[Path]:
        """The newest first."""
        found = self.settings.jobs.glob(f"{self.job(run_id).id}/attempt-{attempt}*/checkpoints/*")
        whole = [path for path in found if path.suffix != ".part"]
        return sorted(whole, key=lambda path: -int(path.name.split("-")[1]))


@contextmanager
def standing(processes: list[int], database_url: str) -> Iterator[None]:
    """These stand still meanwhile; not in the midst of a write to an SQLite file, whose one lock
    nobody could take from them but who ends them (`likewise start` does: test_child.py)."""
    while True:
        for pid in processes:
            os.kill(pid, signal.SIGSTOP)
        if _may_write(database_url):
            break
        for pid in processes:
            os.kill(pid, signal.SIGCONT)
        time.sleep(0.05)
    yield
    for pid in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def _may_write(database_url: str) -> bool:
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite":
        return True
    with contextlib.closing(sqlite3.connect(str(url.database), timeout=1)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        connection.rollback()
        return True


def wait_seconds(seconds: float) -> None:
    """For a fault that must last."""
    time.sleep(seconds)


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def log_of(pid: int) -> str:
    """Where it prints to: of a job, a file in the folder of its attempt."""
    try:
        return os.readlink(f"/proc/{pid}/fd/1")
    except OSError:
        return ""


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return ""
