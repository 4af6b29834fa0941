"""The beginning of a file, cut to whole rows, so that it can be read as a small file of its own.

Pure: bytes in, bytes out. What can't be cut so, because its rows are not in their order, is None.
"""

import json
import zlib
from pathlib import PurePath

import zstandard

_MOST_UNPACKED_BYTES = 4 << 20
_PACKED = (".gz", ".zst", ".zstd")
_LINES = (".jsonl", ".ndjson", ".txt")
_QUOTED = (".csv", ".tsv", ".tab", "")


def unpacked(file_name: str, head: bytes) -> tuple[str, bytes]:
    """The name and the first bytes of what is in a gzip or Zstandard file; others as they are."""
    ending = PurePath(file_name).suffix.lower()
    if ending not in _PACKED:
        return file_name, head
    try:
        if ending == ".gz":
            inner = zlib.decompressobj(wbits=31).decompress(head, _MOST_UNPACKED_BYTES)
        else:
            inner = zstandard.ZstdDecompressor().decompressobj().decompress(head)
    except (zlib.error, zstandard.ZstdError):
        return file_name, b""
    return file_name[: -len(ending)], inner[:_MOST_UNPACKED_BYTES]


def whole_rows(file_name: str, head: bytes) -> bytes | None:
    """The rows that are whole in `head`; None if it holds none, or if the format can't be cut."""
    ending = PurePath(file_name).suffix.lower()
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head[: len(head) // 2 * 2].decode("utf-16", errors="ignore").encode()
    if ending in _LINES:
        return head[: head.rfind(b"\n") + 1] or None
    if ending in _QUOTED:
        return _outside_quotes(head)
    if ending == ".json":
        return _whole_objects(head)
    return None


def _outside_quotes(head: bytes) -> bytes | None:
    """Up to the last line's end that is in no quoted cell: an even number of quotes stands before."""
    end = head.rfind(b"\n")
    quotes = head.count(b'"', 0, end + 1)
    while end > 0 and quotes % 2:
        before = head.rfind(b"\n", 0, end)
        quotes -= head.count(b'"', before + 1, end + 1)
        end = before
    return head[: end + 1] or None


def _whole_objects(head: bytes) -> bytes | None:
    """The objects of an array that are whole, as an array."""
    text = head.decode("utf-8-sig", errors="ignore").lstrip()
    if not text.startswith("["):
        return None
    found, decoder, at = [], json.JSONDecoder(), 1
    try:
        while True:
            at += len(text[at : at + 100]) - len(text[at : at + 100].lstrip(", \t\r\n"))
            value, at = decoder.raw_decode(text, at)
            found.append(value)
    except (ValueError, RecursionError):
        return json.dumps(found).encode() if found else None
