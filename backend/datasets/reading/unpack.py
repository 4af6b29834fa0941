"""Out of archives, as files in a folder of the import: in pieces, and never more than allowed."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import IO, Any

import pyarrow as pa

from backend.datasets.reading.limits import MOST_UNPACKED_RATIO, UNPACKED_AT_EASE_BYTES
from backend.datasets.reading.names import quoted, shown
from backend.datasets.reading.packing import Packing, content_packing, packing_of
from backend.datasets.reading.zip_directory import damaged, members, opened
from backend.problems import BadFile

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Unpacked:
    """A file with nothing around it. `name` is its own, with its folders in the archive; `sent`
    is the name of the file that came; `place` is where it lies, in words."""

    path: Path
    name: str
    sent: str
    place: str


@dataclass
class Allowance:
    """How many bytes may still come out of an import's archives."""

    most_bytes: int
    taken: int = 0


def unpacked(
    files: Sequence[tuple[Path, str]], folder: Path, most_bytes: int
) -> Iterator[Unpacked]:
    """Each file, and instead of an archive what it holds, written into `folder`.

    Raises BadFile where an archive is damaged, unsafe, within another, or unpacks to too much.
    """
    allowance = Allowance(most_bytes)
    for i, (path, name) in enumerate(files):
        into = folder / str(i)
        into.mkdir()
        match packing_of(path, name):
            case None:
                yield Unpacked(path=path, name=name, sent=name, place=quoted(name))
            case Packing.ZIP:
                yield from _of_zip(path, name, into, allowance)
            case packing:
                source = Unpacked(path=path, name=name, sent=name, place=quoted(name))
                yield _of_stream(source, packing, into / "file", allowance)


def _of_zip(path: Path, name: str, into: Path, allowance: Allowance) -> Iterator[Unpacked]:
    packed_bytes = path.stat().st_size
    with opened(path, name) as archive:
        found = members(archive, name)
        if not found:
            raise BadFile(
                "empty_file",
                "This archive is empty",
                f"{quoted(name)} holds no file. Was the export still being written?",
            )
        for i, info in enumerate(found):
            place = f"{shown(info.filename, 80)} in {quoted(name)}"
            out = into / str(i)
            with archive.open(info) as stream:
                poured = _pour(stream, out, place, packed_bytes, allowance)
            if poured != info.file_size:
                raise damaged(place, f"it claims {info.file_size:,} bytes and holds {poured:,}")
            member = Unpacked(path=out, name=info.filename, sent=name, place=place)
            yield _inner(member, allowance)


def _inner(member: Unpacked, allowance: Allowance) -> Unpacked:
    """A member of a ZIP archive; one that is packed by itself, as `corpus.jsonl.gz` is, unpacked.

    Raises BadFile where it is a ZIP archive again.
    """
    match packing_of(member.path, member.name):
        case None:
            return member
        case Packing.ZIP:
            raise _nested(member.place)
        case packing:
            return _of_stream(member, packing, member.path.with_suffix(".out"), allowance)


def _of_stream(source: Unpacked, packing: Packing, out: Path, allowance: Allowance) -> Unpacked:
    packed_bytes = source.path.stat().st_size
    with (
        pa.OSFile(str(source.path)) as file,
        pa.CompressedInputStream(file, packing.value) as stream,
    ):
        _pour(stream, out, source.place, packed_bytes, allowance)
    name = source.name.removesuffix(PurePath(source.name).suffix)
    if content_packing(out) is not None:
        raise _nested(source.place)
    return replace(source, path=out, name=name)


def _pour(stream: IO[bytes] | Any, out: Path, place: str, packed: int, left: Allowance) -> int:
    """Write a stream to a file; how many bytes that were.

    Raises BadFile where it is damaged, and as soon as more comes than any table holds.
    """
    poured = 0
    with out.open("wb") as file:
        while chunk := _next_of(stream, place, poured):
            poured += len(chunk)
            left.taken += len(chunk)
            _check(poured, place, packed, left)
            file.write(chunk)
    return poured


def _next_of(stream: IO[bytes] | Any, place: str, poured: int) -> bytes:
    try:
        return bytes(stream.read(_CHUNK_BYTES))
    except (zlib.error, EOFError, OSError) as error:
        reason = str(error) or "it ends in the middle"
        raise damaged(f"{place}, after byte {poured:,} of what is in it", reason) from error


def _check(poured: int, place: str, packed: int, left: Allowance) -> None:
    if left.taken > left.most_bytes:
        raise BadFile(
            "unpacked_too_large",
            "This archive holds too much",
            f"{place} unpacks to more than byte {poured:,}; at most "
            f"{left.most_bytes / 1e6:,.0f} MB are taken in all. Split it, or send Parquet.",
        )
    if poured > max(UNPACKED_AT_EASE_BYTES, packed * MOST_UNPACKED_RATIO):
        raise BadFile(
            "decompression_bomb",
            "This archive holds nothing but repetition",
            f"{place} is {packed:,} bytes and unpacks to more than byte {poured:,}: no table packs "
            f"{MOST_UNPACKED_RATIO} to 1. Send the file itself, if it is one.",
        )


def _nested(place: str) -> BadFile:
    return BadFile(
        "nested_archive",
        "There is an archive within this archive",
        f"{place}: an archive within an archive isn't opened. Unpack it once and send what is in "
        "it.",
    )
