"""What a file is: by its content first; its name must then agree."""

import json
import re
from enum import StrEnum
from pathlib import Path, PurePath

from backend.datasets.reading.names import quoted
from backend.datasets.reading.zip_directory import opened
from backend.problems import BadFile


class Format(StrEnum):
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    TEXT = "text"
    PARQUET = "parquet"
    ARROW = "arrow"
    EXCEL = "excel"


_EXTENSIONS = {
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".tab": Format.CSV,
    ".json": Format.JSON,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".txt": Format.TEXT,
    ".parquet": Format.PARQUET,
    ".pq": Format.PARQUET,
    ".arrow": Format.ARROW,
    ".arrows": Format.ARROW,
    ".feather": Format.ARROW,
    ".ipc": Format.ARROW,
    ".xlsx": Format.EXCEL,
}
_WORDS = {
    Format.CSV: "CSV",
    Format.JSON: "JSON",
    Format.JSONL: "JSON Lines",
    Format.TEXT: "text, one a line,",
    Format.PARQUET: "Parquet",
    Format.ARROW: "Arrow",
    Format.EXCEL: "an Excel workbook",
}
_JSON = (Format.JSON, Format.JSONL)  # often named as each other, and told apart with certainty

_OTHERS = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"FEA1", "Feather of the first version"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old or encrypted Office document"),
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
_ZIPPED = b"PK\x03\x04"
_TAR = b"ustar"
_TAR_PLACE = 257
_DOCUMENTS = (("word/", "a Word document"), ("ppt/", "a PowerPoint document"))
_ARROW = (b"ARROW1", b"\xff\xff\xff\xff")  # a file; a stream, whose messages begin so
_ADVICE = (
    "Send a table as .csv, .tsv, .json, .jsonl, .parquet, .arrow, .feather or .xlsx, or texts as "
    ".txt. Each may be packed as .gz, .zst or .zip."
)
_JSON_START = re.compile(rb"\[\s*\{|\{\s*[\"}]")
_SNIFF_BYTES = 1 << 16


def is_table_name(file_name: str) -> bool:
    """Does its ending, or its lack of one, allow a table in it?"""
    ending = PurePath(file_name).suffix.lower()
    return not ending or ending in _EXTENSIONS


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
            f"{quoted(file_name)} holds {len(start):,} bytes and no text. "
            "Was the export still being written?",
        )
    other = _other(path, file_name, start)
    if other is not None:
        raise BadFile(
            "not_a_table",
            "This file holds no table that can be read here",
            f"{quoted(file_name)} is {other}, by its first bytes. {_ADVICE}",
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
            f"{quoted(file_name)} ends in {extension}. {_ADVICE}",
        )
    if named in _JSON and content in (Format.CSV, *_JSON):
        return _kind_of_json(named, content, start)
    if named is Format.TEXT and content is Format.CSV:
        return named  # any text is also a table of one column
    if named is not content:
        raise BadFile(
            "wrong_extension",
            "The file is not what its name says",
            f"{quoted(file_name)} is named as {_WORDS[named]}, but begins as {_WORDS[content]} "
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
    if start.startswith(_ARROW):
        return Format.ARROW
    if start.startswith(_ZIPPED):
        return Format.EXCEL
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


def _other(path: Path, file_name: str, start: bytes) -> str | None:
    """What the file is, in words, if its first bytes say that it is no table."""
    if start.startswith(_ZIPPED):
        return _document(path, file_name)
    if start[_TAR_PLACE:].startswith(_TAR):
        return "a tar archive"
    beginning = start.lstrip()[:16].lower()
    return next((words for mark, words in _OTHERS if beginning.startswith(mark.lower())), None)


def _document(path: Path, file_name: str) -> str | None:
    with opened(path, file_name) as archive:
        names = archive.namelist()
    return next(
        (words for start, words in _DOCUMENTS if any(name.startswith(start) for name in names)),
        None,
    )
