"""`make bench-load`: what a studio bears, on SQLite and, where services are at hand, on PostgreSQL.

200 viewers of one live run at 10 events a second; 1,000 queued runs, listed and claimed by workers
that compete; 50 uploads at once; 100,000 events from a job's spool to the stream. The viewers watch
in three rounds; percentiles are the medians of theirs. Ends with 1 where an event, run or file was
lost or doubled, or viewers waited longer than they may. The last line is one JSON object.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from statistics import median

from backend.settings import Settings
from bench.load import events, queue, uploads, viewers
from bench.load.a_run import queue_runs
from bench.load.places import DATABASE, Place, embedded, production, served

ROUNDS = 3
MOST_DELAY_MS = {"p50_ms": 100.0, "p99_ms": 500.0}


@dataclass(frozen=True, kw_only=True)
class Amount:
    """How much of each."""

    viewers: int = 200
    each_second: int = 10
    seconds: float = 20.0
    runs: int = 1_000
    workers: int = 4
    uploads: int = 50
    upload_bytes: int = 12_000_000
    events: int = 100_000
    watching: int = 3


FULL = Amount()
SMALL = Amount(viewers=30, seconds=3, runs=100, uploads=8, upload_bytes=500_000, events=2_000)


def watched(place: Place, amount: Amount) -> dict[str, float]:
    rounds = [
        viewers.watch_steadily(place, amount.viewers, amount.each_second, amount.seconds)
        for _ in range(ROUNDS)
    ]
    return {
        "viewers_whole": min(each.whole for each in rounds) / amount.viewers,
        "p50_ms": median(each.percentile(50) for each in rounds),
        "p99_ms": median(each.percentile(99) for each in rounds),
    }


def queued(place: Place, amount: Amount) -> dict[str, float]:
    runs = queue_runs(place.studio, amount.runs)
    began = time.monotonic()
    listed = queue.list_all(place)
    seconds = time.monotonic() - began
    taken = queue.claim_all(place.studio.settings, amount.workers)
    return {
        "runs_listed": float(queue.is_complete(listed, runs)),
        "list_seconds": seconds,
        "page_ms": listed.median_page_ms,
        "runs_claimed_once": float(taken.is_each_once and taken.count == amount.runs),
        "claims_per_second": taken.count / taken.seconds,
    }


def uploaded(place: Place, amount: Amount) -> dict[str, float]:
    sent = uploads.send_all(place, amount.uploads, amount.upload_bytes)
    megabytes = amount.uploads * amount.upload_bytes / 1e6
    return {
        "uploads_whole": sent.whole / amount.uploads,
        "uploads_mb_per_second": megabytes / sent.seconds,
    }


def carried(place: Place, amount: Amount) -> dict[str, float]:
    found = events.carry(place, amount.events, amount.watching)
    return {
        "events_exact": float(found.is_exact),
        "events_seen_whole": found.heard.whole / amount.watching,
        "events_per_second": amount.events / found.seconds,
    }


STEPS: tuple[Callable[[Place, Amount], dict[str, float]], ...] = (
    watched,
    queued,
    uploaded,
    carried,
)

WHOLE = (
    "viewers_whole",
    "runs_listed",
    "runs_claimed_once",
    "uploads_whole",
    "events_exact",
    "events_seen_whole",
)
"""Shares that must be 1: these are laws, whatever the machine."""


def measure(place: Place, amount: Amount) -> dict[str, float]:
    figures: dict[str, float] = {}
    for step in STEPS:
        found = step(place, amount)
        print(f"  {step.__name__:9}", _in_words(found), flush=True)
        figures |= found
    return figures


def is_whole(figures: dict[str, float]) -> bool:
    return all(figures[name] == 1 for name in WHOLE)


def _in_words(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {figure:,.4g}" for name, figure in figures.items())


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m bench.load")
    asked.add_argument("--small", action="store_true", help="a tenth, to see that it works")
    amount = SMALL if asked.parse_args().small else FULL
    ways: dict[str, Callable[[], AbstractContextManager[Settings]]] = {"sqlite": embedded}
    if DATABASE in os.environ:
        ways["postgresql"] = production
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    found: dict[str, dict[str, float]] = {}
    for name, way in ways.items():
        print(name, flush=True)
        with way() as settings, served(settings) as place:
            found[name] = measure(place, amount)
    print(json.dumps({way: {k: round(v, 3) for k, v in f.items()} for way, f in found.items()}))
    in_time = all(f[name] <= most for f in found.values() for name, most in MOST_DELAY_MS.items())
    return 0 if in_time and all(map(is_whole, found.values())) else 1


if __name__ == "__main__":
    sys.exit(main())
