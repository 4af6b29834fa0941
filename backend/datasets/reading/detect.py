"""What a file is: by its content first; its name must then agree."""

import json
import re
import zipfile
from enum import StrEnum
from pathlib import Path, PurePath

from backend.datasets.reading.names import shown
from backend.problems import BadFile


class Format(StrEnum):
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    PARQUET = "parquet"


_EXTENSIONS = {
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".tab": Format.CSV,
    ".json": Format.JSON,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".parquet": Format.PARQUET,
    ".pq": Format.PARQUET,
}
_WORDS = {
    Format.CSV: "CSV",
    Format.JSON: "JSON",
    Format.JSONL: "JSON Lines",
    Format.PARQUET: "Parquet",
}
_JSON = (Format.JSON, Format.JSONL)  # often named as each other, and told apart with certainty

_OTHERS = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"ARROW1", "an Arrow file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\x80\x02", "a Python pickle"),
    (b"\x80\x03", "a Python pickle"),
    (b"\x80\x04", "a Python pickle"),
    (b"\x80\x05", "a Python pickle"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML document"),
)
_ZIPPED = (("xl/", "an Excel workbook"), ("word/", "a Word document"))
_ADVICE = "Send a table as .csv, .tsv, .json, .jsonl or .parquet."
_JSON_START = re.compile(rb"\[\s*\{|\{\s*[\"}]")
_SNIFF_BYTES = 1 << 16


def format_of(path: Path, file_name: str) -> Format:
    """The format of the file at `path`, which its owner calls `file_name`.

    Raises BadFile if it is empty, of a kind that holds no table, or not what its name says.
    """
    with path.open("rb") as file:
        start = file.read(_SNIFF_BYTES)
    if not start.strip():
        raise BadFile(
            "empty_file",
            "This file is empty",
            f"{_name(file_name)} holds {len(start):,} bytes and no text. "
            "Was the export still being written?",
        )
    other = _other(path, start)
    if other is not None:
        raise BadFile(
            "not_a_table",
            "This file holds no table that can be read here",
            f"{_name(file_name)} is {other}, by its first bytes. {_ADVICE}",
        )
    content = _content(start)
    extension = PurePath(file_name).suffix.lower()
    if not extension:
        return content
    named = _EXTENSIONS.get(extension)
    if named is None:
        raise BadFile(
            "wrong_extension",
            "Files of this name are not read here",
            f"{_name(file_name)} ends in {extension}. {_ADVICE}",
        )
    if named in _JSON and content is not Format.PARQUET:
        return _kind_of_json(named, content, start)
    if named is not content:
        raise BadFile(
            "wrong_extension",
            "The file is not what its name says",
            f"{_name(file_name)} is named as {_WORDS[named]}, but begins as {_WORDS[content]} "
            "does. Give it the ending of what it is, or export it again.",
        )
    return content


def _kind_of_json(named: Format, content: Format, start: bytes) -> Format:
    """Either is often named as the other. Only an array tells itself apart at its first sign."""
    if content is Format.CSV:
        return named  # no JSON that we know; its reader says where that shows
    if content is Format.JSON and named is Format.JSONL:
        return Format.JSON if _text(start).startswith(b"[") else Format.JSONL
    return content


def _content(start: bytes) -> Format:
    if start.startswith(b"PAR1"):
        return Format.PARQUET
    text = _text(start)
    if not _JSON_START.match(text):
        return Format.CSV
    return Format.JSONL if _is_lines(text) else Format.JSON


def _text(start: bytes) -> bytes:
    """The start without marks and, where it is UTF-16, without the zero bytes between letters."""
    return start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")


def _is_lines(text: bytes) -> bool:
    """Is the first line a whole object, and does another begin on a later line?"""
    first, _, rest = text.partition(b"\n")
    if not (first.startswith(b"{") and rest.lstrip().startswith(b"{")):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _other(path: Path, start: bytes) -> str | None:
    """What the file is, in words, if its first bytes say that it is no table."""
    if start.startswith(b"PK\x03\x04"):
        return _zipped(path)
    beginning = start.lstrip()[:16].lower()
    return next((words for mark, words in _OTHERS if beginning.startswith(mark.lower())), None)


def _zipped(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return "a damaged ZIP archive"
    return next(
        (words for start, words in _ZIPPED if any(name.startswith(start) for name in names)),
        "a ZIP archive",
    )


def _name(file_name: str) -> str:
    return shown(PurePath(file_name).name or "The file")
