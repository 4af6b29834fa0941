"""How a file is packed: by its first bytes; its name must then say so too."""

from enum import StrEnum
from pathlib import Path, PurePath

from backend.datasets.reading.names import quoted
from backend.datasets.reading.zip_directory import opened
from backend.problems import BadFile


class Packing(StrEnum):
    GZIP = "gzip"
    ZSTD = "zstd"
    ZIP = "zip"


ENDINGS = {".gz": Packing.GZIP, ".zst": Packing.ZSTD, ".zstd": Packing.ZSTD, ".zip": Packing.ZIP}

_MARKS = (
    (b"\x1f\x8b", Packing.GZIP),
    (b"\x28\xb5\x2f\xfd", Packing.ZSTD),
    (b"PK\x03\x04", Packing.ZIP),
    (b"PK\x05\x06", Packing.ZIP),  # with nothing in it
)
_WORDS = {
    Packing.GZIP: "a gzip archive",
    Packing.ZSTD: "a Zstandard archive",
    Packing.ZIP: "a ZIP archive",
}
_WORKBOOK = ".xlsx"
_OFFICE = ("xl/", "word/", "ppt/")


def packing_of(path: Path, file_name: str) -> Packing | None:
    """How the file at `path`, which its owner calls `file_name`, is packed; None if it isn't.

    Raises BadFile where the name says otherwise.
    """
    ending = PurePath(file_name).suffix.lower()
    if ending == _WORKBOOK:
        return None  # whatever it is: the reader of workbooks tells what it lacks
    found = content_packing(path)
    named = ENDINGS.get(ending)
    if found is None and named is not None:
        raise BadFile(
            "wrong_extension",
            "The file is not what its name says",
            f"{quoted(file_name)} is named as {_WORDS[named]}, but its first bytes are those of "
            "none. Was it unpacked already? Then take the ending away.",
        )
    if found is not None and ending and named is not found:
        raise BadFile(
            "wrong_extension",
            "The file is not what its name says",
            f"{quoted(file_name)} is {_WORDS[found]}, by its first bytes, and its name doesn't "
            f"say so. Unpack it, or give it the ending {_ending(found)}.",
        )
    return found


def content_packing(path: Path) -> Packing | None:
    """How a file is packed, whatever its name. A document of an office program isn't."""
    with path.open("rb") as file:
        start = file.read(4)
    found = next((packing for mark, packing in _MARKS if start.startswith(mark)), None)
    return None if found is Packing.ZIP and _is_office(path) else found


def _is_office(path: Path) -> bool:
    """Is the archive a document of an office program, which nobody calls an archive?"""
    try:
        with opened(path, path.name) as archive:
            return any(name.startswith(_OFFICE) for name in archive.namelist())
    except BadFile:
        return False


def _ending(packing: Packing) -> str:
    return next(ending for ending, named in ENDINGS.items() if named is packing)
