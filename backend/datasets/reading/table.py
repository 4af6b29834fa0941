"""The way in: any file that holds a table, whatever its format, as a version's Parquet."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from backend.datasets.reading import beir
from backend.datasets.reading.apart import needs_care, read_apart
from backend.datasets.reading.detect import format_of
from backend.datasets.reading.limits import MOST_UNPACKED_BYTES
from backend.datasets.reading.naming import naming
from backend.datasets.reading.one import Table, read_as
from backend.datasets.reading.several import Piece, write_pieces
from backend.datasets.reading.tables_among import tables_among
from backend.datasets.reading.unpack import Unpacked, unpacked

__all__ = ["Table", "read_table", "read_tables"]


def read_table(
    path: Path, file_name: str, place: Path, *, most_bytes: int = MOST_UNPACKED_BYTES
) -> Table:
    """As `read_tables`, of one file."""
    return read_tables([(path, file_name)], place, most_bytes=most_bytes)


def read_tables(
    files: Sequence[tuple[Path, str]], place: Path, *, most_bytes: int = MOST_UNPACKED_BYTES
) -> Table:
    """Write the table in `files`, each with its owner's name for it, to `place` as Parquet.

    A file may be packed (.gz, .zst, .zip). Several tables, be they files or the members of a ZIP
    archive, become one: their rows under each other, with a column `file` and, where the names say
    so, `part`. A BEIR folder becomes the table of its judgements. What is unpacked lies beside
    `place` meanwhile: `most_bytes` of it at most, as of the values in one Parquet or Arrow file.

    Raises BadFile, saying what is wrong, where, and what to do now.
    """
    with tempfile.TemporaryDirectory(dir=place.parent) as folder:
        found = list(unpacked(files, Path(folder), most_bytes))
        if collection := beir.collection(found):
            return beir.write_beir(collection, place, Path(folder))
        tables = tables_among(found)
        if len(tables) == 1:
            return _read(tables[0], place, most_bytes)
        pieces = [
            Piece(source=source, table=_read(source, rows, most_bytes), rows=rows)
            for i, source in enumerate(tables)
            for rows in [Path(folder) / f"{i}.parquet"]
        ]
        return write_pieces(pieces, place)


def _read(source: Unpacked, place: Path, most_bytes: int) -> Table:
    with naming(source.place):
        form = format_of(source.path, source.name)
        read = read_apart if needs_care(form, source.path) else read_as
        return read(form, source.path, source.name, place, most_bytes)
