"""`make bench-studio`: the studio's own speed, on the machine at hand.

How soon `likewise start` answers; how long the way from a click to a training's first step is on a
warm machine, with a process kept ready and without, and where its time goes; and how long each page
takes at 10,000 runs. The last line is one JSON object: seconds, pages in milliseconds.
"""

import json
import os
import platform
import tempfile
import time
from pathlib import Path
from statistics import median

import httpx2

from backend.settings import Settings
from bench.a_studio import running_studio
from bench.studio import clicking, many_runs
from bench.studio.pages import seconds_of_each
from bench.studio.starting import seconds_to_ready

RUNS = 10_000
CLICKS = 5
STARTS = 5
PAUSE_SECONDS = 15.0
"""Before each click: people need longer."""


def main() -> None:
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory(prefix="lw-") as folder:
        data = Path(folder) / "data"
        first = seconds_to_ready(data)
        starts = [seconds_to_ready(data) for _ in range(STARTS)]
        print(f"ready after {median(starts):.2f} s; at the very first start {first:.2f} s")
        warm, run_id, version_id = _clicked(data, "1")
        cold, _, _ = _clicked(data, "0")
        many_runs.copy(Settings(data=data), run_id, RUNS)
        pages = _pages(data, run_id, version_id)
    for name, seconds in pages.items():
        print(f"  {name:12} {1_000 * seconds:6.1f} ms")
    print(
        json.dumps(
            {
                "ready_seconds": round(median(starts), 2),
                "first_ready_seconds": round(first, 2),
                "trains_seconds": round(median(each.trains for each in warm), 2),
                "first_step_seconds": round(median(each.first_step for each in warm), 2),
                "first_step_seconds_not_kept_ready": round(median(c.first_step for c in cold), 2),
                "slowest_page_ms": round(1_000 * max(pages.values()), 1),
            }
        )
    )


def _clicked(data: Path, keep_ready: str) -> tuple[list[clicking.Clicked], str, str]:
    """Runs one after another; the first is to warm up, and is not counted."""
    with running_studio(data, LIKEWISE_KEEP_READY=keep_ready) as studio, _client(studio.url) as api:
        version_id = clicking.upload(api)
        all_of_them = []
        for _ in range(CLICKS + 1):
            time.sleep(PAUSE_SECONDS)
            all_of_them.append(clicking.click(api, version_id))
    word = "kept ready" if keep_ready == "1" else "not kept ready"
    for each in all_of_them[1:]:
        print(f"  {word}: {each.told()}", flush=True)
    return all_of_them[1:], all_of_them[-1].run_id, version_id


def _pages(data: Path, run_id: str, version_id: str) -> dict[str, float]:
    with running_studio(data) as studio:
        with _client(studio.url) as api:
            model_id = api.get(f"runs/{run_id}").json()["model_id"]
            second = api.get("runs", params={"limit": 50}).json()["next_cursor"]
        places = {
            "home": "/",
            "runs": "/runs",
            "more runs": f"/runs?cursor={second}",
            "a run": f"/runs/{run_id}",
            "models": "/models",
            "a model": f"/models/{model_id}",
            "data": "/data",
            "a data set": f"/data/{version_id}",
            "plan": f"/plan?version={version_id}",
            "workers": "/workers",
            "runs by REST": "/api/v1/runs?limit=50",
        }
        return seconds_of_each(studio.url, places)


def _client(url: str) -> httpx2.Client:
    return httpx2.Client(base_url=f"{url}/api/v1/", timeout=120, trust_env=False, verify=False)


if __name__ == "__main__":
    main()
