"""A ZIP archive's list of members: read only where it is of bounded size, and never trusted."""

import stat
import struct
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from backend.datasets.reading.limits import MOST_DIRECTORY_BYTES, MOST_MEMBERS
from backend.datasets.reading.names import quoted, shown
from backend.problems import BadFile

_END = b"PK\x05\x06"
_END_BYTES = 22
_LONGEST_COMMENT = 1 << 16
_IN_ANOTHER_PLACE = 0xFFFFFFFF  # of an archive above 4 GB
_END_64_BYTES, _LOCATOR_BYTES = 56, 20
_ENCRYPTED = 1
_READ_HERE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_NOT_OURS = ("__MACOSX/", "Thumbs.db", "desktop.ini")


@contextmanager
def opened(path: Path, file_name: str) -> Iterator[zipfile.ZipFile]:
    """The archive.

    Raises BadFile where it is damaged, or its list of members is larger than that of any data.
    """
    size = _directory_bytes(path)
    if size > MOST_DIRECTORY_BYTES:
        raise too_many_members(file_name, f"{size:,} bytes of names")
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, struct.error) as error:
        raise damaged(quoted(file_name), str(error)) from error


def members(archive: zipfile.ZipFile, file_name: str) -> list[zipfile.ZipInfo]:
    """The files that somebody put into the archive, in their order.

    Raises BadFile where one is encrypted, a link, leads out of the archive, or comes twice.
    """
    found = [info for info in archive.infolist() if not info.is_dir() and not _is_hidden(info)]
    if len(found) > MOST_MEMBERS:
        raise too_many_members(file_name, f"{len(found):,} files")
    for info in found:
        if reason := _reason_against(info):
            raise BadFile(
                "unsafe_archive",
                "This archive can't be unpacked",
                f"{quoted(file_name)}, member {shown(info.filename, 80)}: {reason}",
            )
    twice = [name for name, count in Counter(i.filename for i in found).items() if count > 1]
    if twice:
        raise BadFile(
            "unsafe_archive",
            "This archive can't be unpacked",
            f"{quoted(file_name)} holds two files called {shown(twice[0], 80)}. "
            "Pack it again, with each file once.",
        )
    return found


def damaged(place: str, reason: str) -> BadFile:
    words = reason.splitlines()[0].rstrip(".") if reason else "it can't be read"
    return BadFile(
        "damaged_archive",
        "This archive is damaged",
        f"{place}: {words}. Copy or download it again, or pack it again.",
    )


def too_many_members(file_name: str, count: str) -> BadFile:
    return BadFile(
        "too_many_files",
        "There are too many files in this archive",
        f"{quoted(file_name)} lists {count}; at most {MOST_MEMBERS:,} files are taken. "
        "Join them into fewer tables.",
    )


def _reason_against(info: zipfile.ZipInfo) -> str | None:
    name = info.filename.replace("\\", "/")
    if info.flag_bits & _ENCRYPTED:
        return "it is encrypted. Pack it again without a password."
    if name.startswith("/") or ".." in PurePosixPath(name).parts or name[1:2] == ":":
        return "its name leads out of the archive. Pack it again from within its own folder."
    if stat.S_ISLNK(info.external_attr >> 16):
        return "it is a link to another file, not a file. Pack the file itself."
    if info.compress_type not in _READ_HERE:
        return "it is packed in a way that isn't read here. Pack it again with “deflate”."
    return None


def _is_hidden(info: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(info.filename.replace("\\", "/")).parts
    is_hidden = any(part.startswith(".") and part != ".." for part in parts)
    return is_hidden or info.filename.startswith(_NOT_OURS) or info.filename.endswith(_NOT_OURS)


def _directory_bytes(path: Path) -> int:
    """How long the archive says that its list is; 0 if it has none, as the reader will tell."""
    size = path.stat().st_size
    start = max(0, size - _LONGEST_COMMENT - _END_BYTES - _LOCATOR_BYTES - _END_64_BYTES)
    with path.open("rb") as file:
        file.seek(start)
        tail = file.read()
    end = tail.rfind(_END)
    if end < 0 or len(tail) - end < _END_BYTES:
        return 0
    (length,) = struct.unpack_from("<L", tail, end + 12)
    at_64 = end - _LOCATOR_BYTES - _END_64_BYTES
    if length == _IN_ANOTHER_PLACE and at_64 >= 0:
        (length,) = struct.unpack_from("<Q", tail, at_64 + 40)
    return int(length)
