"""The first sentence about a file, from its first bytes: while the rest is still on its way."""

import tempfile
from pathlib import Path, PurePath

from backend.catalog.columns import TableFacts
from backend.datasets.reading.table import read_table
from backend.preparing.file_heads import unpacked, whole_rows
from backend.problems import BadFile
from backend.recipes.formats import recognise
from backend.recipes.mapping import propose

HEAD_BYTES = 1_000_000


def first_look(file_name: str, head: bytes, is_whole: bool) -> str:
    """What a file looks like that begins with `head`; if it `is_whole`, that is all of it."""
    shown = PurePath(file_name).name
    name, rows = unpacked(shown, head)
    cut = rows if is_whole and name == shown else whole_rows(name, rows)
    if cut is None:
        return f"{shown}: what is in it shows when all of it is here."
    try:
        facts = _facts(name, cut)
    except BadFile as bad:
        return f"{shown}: {bad}" if is_whole else f"{shown}: its first rows can't be read. {bad}"
    return f"{shown}: {in_words(facts)}"


def in_words(facts: TableFacts) -> str:
    recognised = recognise(facts, propose(facts))
    columns = "1 column" if len(facts.columns) == 1 else f"{len(facts.columns)} columns"
    sentence = recognised.sentence.rstrip(".")
    return f"{sentence[:1].lower()}{sentence[1:]}, {columns}."


def _facts(file_name: str, content: bytes) -> TableFacts:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "head"
        place.write_bytes(content)
        return read_table(place, file_name, Path(folder) / "rows.parquet").written.facts
