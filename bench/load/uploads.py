"""Many files that come at once, in parts: does each arrive whole?"""

import hashlib
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx2

from bench.load.places import Place


@dataclass(frozen=True)
class Sent:
    """How many arrived whole, by the hash that their sender knows."""

    whole: int
    seconds: float


def send_all(place: Place, files: int, size_bytes: int) -> Sent:
    """All of them at the same time, each on a connection of its own."""
    began = time.monotonic()
    with ThreadPoolExecutor(files) as pool:
        whole = sum(pool.map(lambda n: _send(place.url, n, size_bytes), range(files)))
    return Sent(whole, time.monotonic() - began)


def _send(url: str, n: int, size_bytes: int) -> bool:
    content = random.Random(n).randbytes(size_bytes)
    asked = {
        "file_name": f"{n}.csv",
        "size_bytes": size_bytes,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    with httpx2.Client(base_url=f"{url}/api/v1/", timeout=300, trust_env=False) as client:
        upload = client.post("uploads", json=asked).raise_for_status().json()
        part_bytes = upload["part_bytes"]
        for part in range(upload["parts"]):
            piece = content[part * part_bytes : (part + 1) * part_bytes]
            client.put(f"uploads/{upload['id']}/parts/{part + 1}", content=piece)
        ended = client.post(f"uploads/{upload['id']}/complete")
        return ended.is_success and bool(ended.json()["is_complete"])
