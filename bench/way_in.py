"""The way of a file into a studio over REST, step by step, each checked for what it must give."""

import time
from pathlib import Path

from backend.datasets.schemas import RowsOut
from backend.preparing.profiles_api import ProfileOut
from backend.runs.schemas import JobOut
from likewise.client import uploads
from likewise.client.http import Http

_LOOK_SECONDS = 0.25
_READ_SECONDS = 600.0
_PAGE_ROWS = 50
_NOWHERE = "no text holds these words"


class WayIn:
    """One file's way; its steps are taken in their order."""

    def __init__(self, url: str, file: Path, rows: int) -> None:
        self._http = Http(url, None, timeout=_READ_SECONDS)
        self._file = file
        self._rows = rows
        self._upload_id = self._version_id = ""

    def send(self) -> None:
        self._upload_id = uploads.send(self._http, self._file).id

    def bring(self) -> None:
        body = {"uploads": [self._upload_id]}
        job = self._http.ask("POST", "datasets/import", JobOut, body=body)
        while not job.status.is_ended:
            time.sleep(_LOOK_SECONDS)
            job = self._http.ask("GET", f"jobs/{job.id}", JobOut)
        assert job.result is not None, job.problem
        self._version_id = str(job.result["version_id"])

    def await_profile(self) -> None:
        """The first one, which every import asks for by itself."""
        place = f"dataset-versions/{self._version_id}/profile"
        while (profile := self._http.ask("GET", place, ProfileOut)).result is None:
            assert not profile.status.is_ended, profile.problem
            time.sleep(_LOOK_SECONDS)
        assert profile.result.rows == self._rows

    def first_page(self) -> None:
        assert len(self._page(0).items) == _PAGE_ROWS

    def late_page(self) -> None:
        assert self._page(self._rows - _PAGE_ROWS).items[-1].row == self._rows - 1

    def search(self) -> None:
        """Of words that stand nowhere: every row is looked at."""
        assert not self._page(0, _NOWHERE).items

    def close(self) -> None:
        self._http.close()

    def _page(self, offset: int, words: str | None = None) -> RowsOut:
        place = f"dataset-versions/{self._version_id}/rows"
        params = {"offset": offset, "limit": _PAGE_ROWS, "q": words}
        return self._http.ask("GET", place, RowsOut, params=params)
