"""Which studio a client talks to."""

import os
import subprocess
from pathlib import Path

import pytest

from likewise.client import NoStudio
from likewise.client.address import find_url
from likewise.embedded import running
from likewise.embedded.running import Running


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LIKEWISE_DATA", str(tmp_path))
    monkeypatch.delenv("LIKEWISE_URL", raising=False)
    return tmp_path


def studio(url: str, pid: int) -> Running:
    return Running(url=url, pid=pid, started_at="2026-11-23T12:00:00+00:00")


def ended_process() -> int:
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_what_is_said_wins_over_the_environment_and_the_data_folder(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.write(data, studio("http://running", os.getpid()))
    assert find_url() == "http://running"
    monkeypatch.setenv("LIKEWISE_URL", "http://environment/")
    assert find_url() == "http://environment"
    assert find_url("http://said") == "http://said"


def test_a_studio_whose_process_has_ended_does_not_count(data: Path) -> None:
    running.write(data, studio("http://gone", ended_process()))
    with pytest.raises(NoStudio):
        find_url()


def test_without_any_the_error_says_how_to_start_one(data: Path) -> None:
    with pytest.raises(NoStudio, match="likewise start") as caught:
        find_url()
    assert str(data) in str(caught.value)
