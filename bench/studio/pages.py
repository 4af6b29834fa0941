"""How long each page of a full studio takes, from the question to the last byte."""

import time
from statistics import median

import httpx2

ROUNDS = 15


def seconds_of_each(url: str, places: dict[str, str]) -> dict[str, float]:
    """The median of each page, after one that nobody counts."""
    found = {
        name: [_seconds(url, path) for _ in range(ROUNDS + 1)] for name, path in places.items()
    }
    return {name: median(seconds[1:]) for name, seconds in found.items()}


def _seconds(url: str, path: str) -> float:
    with httpx2.Client(base_url=url, timeout=60, trust_env=False, verify=False) as client:
        client.get("/readyz")
        began = time.perf_counter()
        client.get(path).raise_for_status()
        return time.perf_counter() - began
