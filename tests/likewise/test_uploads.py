"""Files of any size by the client: in parts, read by the server or by a worker."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.settings import Settings
from backend.studio import Studio
from likewise.client import Client, JobFailed, Unreachable, uploads
from likewise.client.http import Http
from tests.processes import RunningWorker, ended_in_time


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """All but the smallest files are read by a worker, and come in several parts."""
    return settings.model_copy(update={"import_here_bytes": 1_000, "upload_part_bytes": 1_500})


@pytest.fixture
def cpu_worker(
    studio: Studio, empty_broker: None, environment: dict[str, str]
) -> Iterator[RunningWorker]:
    with RunningWorker("cpu", environment, studio.settings.data / "cpu.log") as running:
        yield running
        assert ended_in_time(running)


class BrokenLine(Http):
    """A line that breaks `left` more times, after the studio has heard of a part."""

    left = 0

    def ask(self, method: str, path: str, *arguments: Any, **named: Any) -> Any:
        answer = super().ask(method, path, *arguments, **named)
        if method == "PUT" and self.left:
            self.left -= 1
            raise Unreachable(self.url, "the line broke")
        return answer


@pytest.fixture
def http(studio_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[BrokenLine]:
    monkeypatch.setattr(uploads, "WAIT_SECONDS", 0.0)
    line = BrokenLine(studio_url, None, 30)
    yield line
    line.close()


def test_a_large_file_becomes_a_version_or_is_refused_with_its_line(
    client: Client, cpu_worker: RunningWorker, pairs: Path
) -> None:
    version = client.upload(pairs, name="animals")
    assert (version.rows, version.columns[0].name) == (120, "question")
    assert client.datasets()[0].name == "animals"
    pairs.write_text(pairs.read_text() + "\na cell too few,")
    with pytest.raises(JobFailed, match="Line 122"):
        client.upload(pairs)


def test_a_line_that_breaks_costs_a_part(http: BrokenLine, studio: Studio, pairs: Path) -> None:
    http.left = 3
    sent = uploads.send(http, pairs)
    assert sent.is_complete
    assert sent.received == list(range(1, sent.parts + 1))
    file = studio.settings.data / "uploads" / sent.id / "file"
    assert file.read_bytes() == pairs.read_bytes()


def test_a_line_that_stays_broken_is_said(http: BrokenLine, pairs: Path) -> None:
    http.left = 100
    with pytest.raises(Unreachable):
        uploads.send(http, pairs)
