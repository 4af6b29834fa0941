"""Several tables of the same columns as one: their rows under each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

import pyarrow as pa
import pyarrow.parquet as pq

from backend.catalog.columns import ColumnType
from backend.datasets.columns import ARROW
from backend.datasets.reading.json_values import as_json
from backend.datasets.reading.names import shown
from backend.datasets.reading.one import Table
from backend.datasets.reading.parts import part_of
from backend.datasets.reading.unpack import Unpacked
from backend.datasets.reading.write import write_table
from backend.problems import BadFile

_SHOWN_FILES = 20


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One of the tables, as it was read: its rows lie in `rows`."""

    source: Unpacked
    table: Table
    rows: Path

    @property
    def names(self) -> list[str]:
        return self.table.written.facts.names

    @property
    def is_nameless(self) -> bool:
        """Were its columns called by their places, as no names stood on top?"""
        return self.names == [f"column {i}" for i in range(1, len(self.names) + 1)]


def write_pieces(pieces: Sequence[Piece], place: Path) -> Table:
    """Write the rows of all pieces to `place`, with a column `file` and, where a name says so,
    `part`; unless the tables have a column of that name themselves.

    Raises BadFile, naming file and column, where their columns differ.
    """
    names = _names(pieces)

    said = [_said(piece, pieces, names) for piece in pieces]
    orders = [_order(piece, pieces, names) for piece in pieces]

    def chunks() -> Iterator[_PieceRows]:
        for piece, order, words in zip(pieces, orders, said, strict=True):
            kinds = [piece.table.written.facts.columns[i].type for i in order]
            for first, batch in _batches(piece.rows):
                yield _PieceRows(names, kinds, batch.select(order), words, first)

    written = write_table(chunks, place)
    return Table(written=written, found=_found(pieces))


def _names(pieces: Sequence[Piece]) -> list[str]:
    """Those of the first table that has names: one without is read by its columns' places."""
    return next((piece.names for piece in pieces if not piece.is_nameless), pieces[0].names)


def _order(piece: Piece, pieces: Sequence[Piece], names: list[str]) -> list[int]:
    """Where in the piece each of `names` stands."""
    own = piece.names
    if piece.is_nameless and len(own) == len(names):
        _check_first_row(piece, names)
        return list(range(len(own)))
    other = next((p for p in pieces if p.names == names), pieces[0]).source.place
    if lacking := [name for name in names if name not in own]:
        raise _differ(f"{piece.source.place} has no column {shown(lacking[0])}, and {other} has.")
    if surplus := [name for name in own if name not in names]:
        raise _differ(
            f"{piece.source.place} has a column {shown(surplus[0])}, and {other} has none."
        )
    return [own.index(name) for name in names]


def _check_first_row(piece: Piece, names: list[str]) -> None:
    """Raises BadFile where what was taken for the first row shares a word with the names that the
    others have: then it was names, and different ones."""
    first = next(batch for _, batch in _batches(piece.rows)).slice(0, 1).to_pylist()[0]
    if shared := [name for name in names if name in first.values()]:
        raise _differ(
            f"{piece.source.place}, row 1: {shown(shared[0])} is a column's name elsewhere, and the "
            "other names of this row are not."
        )


def _differ(detail: str) -> BadFile:
    return BadFile(
        "columns_differ",
        "The tables have different columns",
        f"{detail} Several files become one table only with the same columns; send them one by "
        "one otherwise.",
    )


def _said(piece: Piece, pieces: Sequence[Piece], names: list[str]) -> dict[str, str | None]:
    """What stands in the columns that are added, for all rows of this piece."""
    parts = [part_of(p.source.name) for p in pieces]
    words = {"file": piece.source.name, "part": part_of(piece.source.name)}
    kept = ("file", "part") if any(parts) else ("file",)
    return {name: words[name] for name in kept if name not in names}


def _batches(rows: Path) -> Iterator[tuple[int, pa.RecordBatch]]:
    first = 1
    with pq.ParquetFile(rows) as file:
        for i in range(file.num_row_groups):
            for batch in file.read_row_group(i).to_batches():
                yield first, batch
                first += batch.num_rows


def _found(pieces: Sequence[Piece]) -> dict[str, str]:
    formats = dict.fromkeys(piece.table.found["format"] for piece in pieces)
    names = [PurePath(piece.source.name).name for piece in pieces[:_SHOWN_FILES]]
    more = ["…"] if len(pieces) > _SHOWN_FILES else []
    return {"format": ", ".join(formats), "files": ", ".join(names + more)}


class _PieceRows:
    """Some rows of one piece, whose kinds are known, with what is said of all of them."""

    def __init__(
        self,
        names: Sequence[str],
        kinds: Sequence[ColumnType],
        batch: pa.RecordBatch,
        said: dict[str, str | None],
        first: int,
    ) -> None:
        self.names = [*names, *said]
        self.rows: int = batch.num_rows
        self._kinds = dict(zip(names, kinds, strict=True))
        self._arrays = dict(zip(names, batch.columns, strict=True))
        self._said = said
        self._first = first

    def kind(self, name: str) -> ColumnType | None:
        return ColumnType.TEXT if name in self._said else self._kinds[name]

    def array(self, name: str, type_: ColumnType) -> pa.Array:
        if name in self._said:
            return pa.array([self._said[name]] * self.rows, pa.string())
        array, kind = self._arrays[name], self._kinds[name]
        if kind is type_:
            return array
        if type_ in (ColumnType.TEXT, ColumnType.OTHER):
            texts = [None if value is None else as_json(value) for value in array.to_pylist()]
            return pa.array(texts, pa.string())
        return array.cast(ARROW[type_])

    def place(self, row: int) -> str:
        return f"Row {self._first + row:,}"
