"""What the front door's tests share: a client, a file of pairs, and the command as a process."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from likewise.client import Client

LIKEWISE = [sys.executable, "-c", "from likewise.cli import main; main()"]

Cli = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def client(studio_url: str) -> Iterator[Client]:
    with Client(studio_url) as client:
        yield client


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """A file of 120 questions with their answers and a grade."""
    path = tmp_path / "pairs.csv"
    rows = [f"what is animal {n},animal {n} is a bird,{n / 120:.3f}" for n in range(120)]
    path.write_text("\n".join(["question,answer,grade", *rows]))
    return path


@pytest.fixture
def likewise(tmp_path: Path) -> Cli:
    """Runs the command as a process; its data folder is the test's own."""

    def run(
        *arguments: str, timeout: float = 60, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*LIKEWISE, *arguments],
            env=with_data(tmp_path / "data", environment),
            capture_output=True,
            text=True,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
            check=False,
        )

    return run


def with_data(data: Path, more: Mapping[str, str] = os.environ) -> dict[str, str]:
    """This environment with the studio's own settings taken out, but for its data folder."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith("LIKEWISE_")}
    return {**rest, **more, "LIKEWISE_DATA": str(data)}
