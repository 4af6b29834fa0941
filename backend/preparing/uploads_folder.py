"""An upload on disk: the file, filled in at each part's own place, and which parts are whole.

file        as long as it will be, from the start; what has not come is a hole
received/   an empty file for each part that is whole: made after the part's bytes are synced
look.json   the first look at it
"""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from backend.fault_points import fault_point
from backend.ids import UploadId
from backend.settings import Settings


def all_uploads(settings: Settings) -> Iterator["UploadFolder"]:
    """Every folder that there is, whether a row names it or not."""
    for place in (settings.data.absolute() / "uploads").glob("upl_*"):
        yield UploadFolder(settings, UploadId(place.name))


class UploadFolder:
    def __init__(self, settings: Settings, upload_id: UploadId) -> None:
        self.upload_id = upload_id
        self.place = settings.data.absolute() / "uploads" / upload_id
        self.file = self.place / "file"
        self._received = self.place / "received"
        self._look = self.place / "look.json"

    def create(self, size_bytes: int) -> None:
        self._received.mkdir(parents=True)
        with self.file.open("wb") as file:
            file.truncate(size_bytes)
        fault_point("upload.folder made")

    def mark(self, part: int) -> None:
        """Say that a part is whole. Twice is once."""
        (self._received / str(part)).touch()
        fault_point("upload.part marked")

    def received(self) -> list[int]:
        return sorted(int(mark.name) for mark in self._received.glob("*"))

    def forget_parts(self) -> None:
        """Ask for all of them again."""
        for mark in self._received.glob("*"):
            mark.unlink(missing_ok=True)

    def keep_look(self, sentence: str) -> None:
        # A name of its own: the head and the first part may be looked at in the same moment.
        with tempfile.NamedTemporaryFile(
            "w", dir=self.place, prefix="look.", encoding="utf-8", delete=False
        ) as begun:
            json.dump({"sentence": sentence}, begun)
        fault_point("upload.look written")
        Path(begun.name).replace(self._look)

    def look(self) -> str | None:
        try:
            kept = json.loads(self._look.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):  # a loss of power can leave it empty
            return None
        return str(kept["sentence"])

    def touched_at(self) -> float:
        """When something of it last came, as the file system's clock says; 0 if it is gone."""
        try:
            return self._received.stat().st_mtime
        except FileNotFoundError:
            return 0.0

    def remove(self) -> None:
        shutil.rmtree(self.place, ignore_errors=True)
