"""Many queued runs: listed page by page, and claimed by workers that compete for them."""

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from statistics import median

import httpx2

import backend.tables  # noqa: F401 - rows refer to tables of all features
from backend.ids import RunId, WorkerId
from backend.runs import claims
from backend.settings import Settings
from backend.studio import Studio
from bench.load.places import Place

_PREPARING_SECONDS = 120.0


@dataclass(frozen=True)
class Listed:
    runs: list[str]
    page_seconds: list[float]

    @property
    def median_page_ms(self) -> float:
        return 1_000 * median(self.page_seconds)


@dataclass(frozen=True)
class Taken:
    """What each worker took, in its order; how long it took them all together."""

    jobs: list[list[str]]
    seconds: float

    @property
    def is_each_once(self) -> bool:
        found = [job for of_one in self.jobs for job in of_one]
        return len(found) == len(set(found))

    @property
    def count(self) -> int:
        return sum(map(len, self.jobs))


def list_all(place: Place, page: int = 50) -> Listed:
    """Every queued run, as a client reads them."""
    found: list[str] = []
    seconds: list[float] = []
    asked: dict[str, str | int] = {"status": "queued", "limit": page}
    with httpx2.Client(base_url=f"{place.url}/api/v1/", timeout=60, trust_env=False) as client:
        while True:
            began = time.monotonic()
            answer = client.get("runs", params=asked).raise_for_status().json()
            seconds.append(time.monotonic() - began)
            found += [item["id"] for item in answer["items"]]
            if answer["next_cursor"] is None:
                return Listed(found, seconds)
            asked["cursor"] = answer["next_cursor"]


def is_complete(listed: Listed, queued: Sequence[RunId]) -> bool:
    """Newest first, each once."""
    return listed.runs == [str(run_id) for run_id in sorted(queued, reverse=True)]


def claim_all(settings: Settings, workers: int) -> Taken:
    """Worker processes that each take the next job until there is none."""
    spawn = get_context("spawn")
    start = spawn.Barrier(workers)
    with ProcessPoolExecutor(
        workers, mp_context=spawn, initializer=_remember, initargs=(start,)
    ) as pool:
        working = [pool.submit(_take, settings.model_dump()) for _ in range(workers)]
        done = [each.result() for each in working]
    began, ended = min(each.began for each in done), max(each.ended for each in done)
    return Taken([each.jobs for each in done], ended - began)


@dataclass(frozen=True)
class _Done:
    jobs: list[str]
    began: float
    ended: float


_start: list[Barrier] = []


def _remember(start: Barrier) -> None:
    _start.append(start)


def _take(settings: dict[str, object]) -> _Done:
    studio = Studio.open(Settings.model_validate(settings))
    taken: list[str] = []
    _start[0].wait(_PREPARING_SECONDS)
    began = time.monotonic()
    while claim := studio.database.retrying(
        lambda session: claims.claim(session, ["gpu"], WorkerId.new(), 1), tries=20
    ):
        taken.append(str(claim.job_id))
    ended = time.monotonic()
    studio.close()
    return _Done(taken, began, ended)
