"""One dataset of a recipe: its complete rows, in the parts that it is learned and measured with."""

from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from backend.datasets import mapped
from backend.datasets.given_parts import Given, UnknownPart, parts_of
from backend.datasets.judgements import answered, compared, documents
from backend.datasets.split import texts_of, without
from backend.recipes.schemas import DatasetUse


class Indivisible(Exception):
    """The rows can't be divided as the recipe says: what is wrong, and what to do."""

    def __init__(self, code: str, title: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.title, self.detail = code, title, detail


@dataclass(frozen=True, kw_only=True)
class Divided:
    """`incomplete` rows lack something that is mapped, `leaked` ones have a text that is kept
    aside; both are in no part. `documents` is what a query searches beside its part's own."""

    use: DatasetUse
    complete: pa.Table
    train: pa.Table
    choose: pa.Table
    prove: pa.Table
    documents: list[str]
    incomplete: int
    leaked: int

    def kept_aside(self) -> set[str]:
        """The texts that nothing may be learned from."""
        return self.proving() | texts_of(self.choose, compared(self.use.mapping))

    def proving(self) -> set[str]:
        return texts_of(self.prove, compared(self.use.mapping))

    def less(self, kept_aside: set[str], proving: set[str]) -> "Divided":
        """Without the rows that would teach or choose by what another dataset measures with."""
        train = self.train.take(without(self.train, self.use.mapping, kept_aside))
        choose = self.choose.take(without(self.choose, self.use.mapping, proving))
        gone = len(self.train) - len(train) + len(self.choose) - len(choose)
        return replace(self, train=train, choose=choose, leaked=self.leaked + gone)


def divide(use: DatasetUse, rows_file: Path, seed: int, *, measures: bool) -> Divided:
    """Read the rows and divide them; a dataset that measures nothing is learned from whole.

    Raises Indivisible where the column of parts has another word.
    """
    rows = pq.read_table(rows_file)
    among = documents(rows, use.mapping) if measures else []
    judged = answered(rows, use.mapping)
    whole = mapped.complete(judged, use.mapping)
    complete = whole.table
    if not measures:
        parts = (complete, complete.slice(0, 0), complete.slice(0, 0))
        leaked = 0
    else:
        given = _given(use, complete, seed)
        found, leaked = given.split, given.leaked
        parts = (
            complete.take(found.train),
            complete.take(found.choose),
            complete.take(found.prove),
        )
    train, choose, prove = parts
    return Divided(
        use=use,
        complete=complete,
        train=train,
        choose=choose,
        prove=prove,
        documents=among,
        incomplete=0 if among else whole.dropped,
        leaked=leaked,
    )


def _given(use: DatasetUse, complete: pa.Table, seed: int) -> Given:
    """As a column says, or else as drawn."""
    try:
        return parts_of(use, complete, seed)
    except UnknownPart as unknown:
        said = "nothing" if unknown.value is None else repr(unknown.value)
        raise Indivisible(
            "unknown_part",
            "A row says no part",
            f"The column {use.held_out.part!r} says {said} where it should be train, choose or prove "
            "(dev, validation and test will do). Mend it, leave such rows out, or let rows be drawn.",
        ) from unknown
