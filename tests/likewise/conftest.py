"""What the front door's tests share: a client, a file of pairs, and the command as a process."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from likewise.cli.app import app
from likewise.client import Client

LIKEWISE = [sys.executable, "-c", "from likewise.cli import main; main()"]


@dataclass(frozen=True)
class Answer:
    """What a command said, and the status that it ended with."""

    returncode: int
    stdout: str
    stderr: str


Cli = Callable[..., Answer]


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
    """Runs the command in this process; its data folder is the test's own."""

    def run(*arguments: str, **environment: str) -> Answer:
        ours = dict.fromkeys(name for name in os.environ if name.startswith("LIKEWISE_"))
        env = {**ours, **environment, "LIKEWISE_DATA": str(tmp_path / "data")}
        answer = CliRunner().invoke(app, arguments, env=env, catch_exceptions=False)
        return Answer(answer.exit_code, answer.stdout, answer.stderr)

    return run


@pytest.fixture
def likewise_process(tmp_path: Path) -> Cli:
    """The same as a process of its own: for what starts processes and heeds signals."""

    def run(*arguments: str, **environment: str) -> Answer:
        answer = subprocess.run(
            [*LIKEWISE, *arguments],
            env=with_data(tmp_path / "data", environment),
            capture_output=True,
            text=True,
            timeout=110,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return Answer(answer.returncode, answer.stdout, answer.stderr)

    return run


def with_data(data: Path, more: Mapping[str, str] = os.environ) -> dict[str, str]:
    """This environment with the studio's own settings taken out, but for its data folder."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith("LIKEWISE_")}
    return {**rest, **more, "LIKEWISE_DATA": str(data)}
