"""A worker of the queue `cpu` that goes to a double of the Hub."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.studio import Studio
from tests.processes import RunningWorker, ended_in_time


@contextmanager
def hub_worker(
    studio: Studio, environment: dict[str, str], home: Path, address: str, **more: str
) -> Iterator[RunningWorker]:
    """`home` is its cache of the Hub, `address` the double's; `more` its environment has besides."""
    ours = {
        "HF_ENDPOINT": address,
        "HF_HUB_OFFLINE": "0",
        "HF_HUB_DISABLE_XET": "1",
        "HF_HOME": str(home),
    }
    log = studio.settings.data / "cpu.log"
    with RunningWorker("cpu", environment | ours | more, log) as running:
        yield running
        assert ended_in_time(running)
