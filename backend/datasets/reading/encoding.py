"""How a text file's bytes spell its characters. Nothing is ever replaced by a question mark.

Unicode is recognised by trying all of it. What isn't Unicode is taken for one of the older
encodings only where enough of it reads as a language; else the first odd byte is named.
"""

import codecs
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from charset_normalizer import from_bytes

from backend.problems import BadFile

_CHUNK_BYTES = 1 << 20
_SAMPLE_BYTES = 1 << 16
_AT_ONCE = 2

_MARKS = (  # the longer first: UTF-32's mark begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OLDER = (  # where two read equally well, the first: it is the commonest
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp932",
    "gb18030",
    "big5",
    "euc_kr",
    "euc_jp",
)
_MANY_BYTES = ("cp932", "gb18030", "big5", "euc_kr", "euc_jp")  # their rules hardly hold by chance


@dataclass(frozen=True)
class _Fault:
    """The first byte that isn't text: its place in the file, and the line it stands in, from 1."""

    byte: int
    line: int
    value: int


def unicode_of(path: Path) -> str:
    """The Unicode encoding of a file, as Python names it.

    Raises BadFile, naming line and byte, if it is in none.
    """
    encoding = _marked(path)
    fault = _fault(path, encoding)
    if fault is not None:
        raise _wrong(fault, encoding)
    return encoding


def encoding_of(path: Path) -> str:
    """The encoding of a file, as Python names it: Unicode, or an older one that is beyond doubt.

    Raises BadFile, naming line and byte.
    """
    encoding = _marked(path)
    fault = _fault(path, encoding)
    if fault is None:
        return encoding
    older = _older(path, fault) if encoding == "utf-8" and fault.value != 0 else None
    if older is None or _fault(path, older) is not None:
        raise _wrong(fault, encoding)
    return older


def _marked(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    return next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")


def _fault(path: Path, encoding: str) -> _Fault | None:
    if encoding in ("utf-8", "utf-8-sig") and is_utf8(path):
        return None
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    place, line = 0, 1
    for chunk in _chunks(path):
        pending = len(decoder.getstate()[0])
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            nul = error.object[: error.start].find(0) if encoding.startswith("utf-8") else -1
            at = error.start if nul < 0 else nul
            lines = error.object[:at].count(b"\n")
            return _Fault(byte=place - pending + at, line=line + lines, value=error.object[at])
        if "\0" in text:
            before = text[: text.index("\0")]
            byte = place + len(before.encode(encoding.removesuffix("-sig")))
            return _Fault(byte=byte, line=line + before.count("\n"), value=0)
        line += text.count("\n")
        place += len(chunk)
    return None


def is_utf8(path: Path) -> bool:
    """Is all of it UTF-8 without a NUL? Arrow asks that five times as fast as Python decodes, and
    on two cores at once: nothing else can begin before it is known."""
    under_way: deque[Future[bool]] = deque()
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for text in _whole_characters(path):
            under_way.append(threads.submit(_is_sound, text))
            if len(under_way) > _AT_ONCE and not under_way.popleft().result():
                return False
        return all(task.result() for task in under_way)


def _whole_characters(path: Path) -> Iterator[bytes]:
    """The file in pieces that end where a character does, if it is UTF-8."""
    rest = b""
    for chunk in _chunks(path):
        text = rest + chunk
        end = _last_start(text) if chunk else len(text)
        yield text[:end]
        rest = text[end:]


def _last_start(text: bytes) -> int:
    """Where the last character begins, if it has several bytes: its end may be yet to come."""
    for back in range(1, min(len(text), 4) + 1):
        if text[-back] >= 0xC0:
            return len(text) - back
    return len(text)


def _is_sound(text: bytes) -> bool:
    if b"\0" in text:
        return False
    offsets = pa.array([0, len(text)], pa.int32()).buffers()[1]
    try:
        pa.StringArray.from_buffers(1, offsets, pa.py_buffer(text)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _chunks(path: Path) -> Iterator[bytes]:
    """The file in pieces, and an empty one at its end."""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
    yield b""


def _older(path: Path, fault: _Fault) -> str | None:
    """The older encoding in which the text around the odd byte reads best, if it reads well."""
    with path.open("rb") as file:
        file.seek(max(0, fault.byte - _SAMPLE_BYTES // 2))
        sample = file.read(_SAMPLE_BYTES)
    if _has_unicode(sample):
        return None  # most of it is UTF-8: a damaged file, not an older one
    readings = [
        (match.chaos, _OLDER.index(encoding))
        for match in from_bytes(sample, cp_isolation=list(_OLDER))
        for encoding in match.could_be_from_charset  # that read this sample alike
        if match.coherence > 0 or encoding in _MANY_BYTES
    ]
    return _OLDER[min(readings)[1]] if readings else None


def _has_unicode(sample: bytes) -> bool:
    """Does it hold any character of several bytes as UTF-8 spells it?"""
    return any(ord(character) > 0x7F for character in sample.decode("utf-8", errors="ignore"))


def _wrong(fault: _Fault, encoding: str) -> BadFile:
    if fault.value == 0:
        what = "is NUL, which no text holds: this is UTF-16 without its mark, or no text at all"
    else:
        what = f"(0x{fault.value:02x}) is not valid {encoding.removesuffix('-sig').upper()}"
    return BadFile(
        "wrong_encoding",
        "The characters of this file can't be read",
        f"Line {fault.line:,}: byte {fault.byte:,} {what}. Save the file as UTF-8 "
        "(in a spreadsheet: “CSV UTF-8”) and send it again.",
    )
