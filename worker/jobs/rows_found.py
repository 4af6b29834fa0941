"""Whether a text that a model learned from, or was measured by, is in what is to leave.

The card is written without them; this looks at the bytes, whoever wrote them. Texts shorter than
`SHORTEST` are words that may stand anywhere: they say nothing of where they came from.
"""

import html
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

SHORTEST = 16  # characters
_COMPARED = 120  # of a text, from its beginning: a card may show no more of a long one
_AT_ONCE = 20_000


@dataclass(frozen=True)
class Found:
    """A text of the data, and the file that holds it."""

    text: str
    file: str


def found_rows(
    tables: Sequence[tuple[Path, Sequence[str]]], files: Iterable[tuple[str, bytes]]
) -> Found | None:
    """The first text that one of `files` holds, of the named columns of any of the `tables`."""
    held = [(name, text) for name, content in files for text in _texts_in(name, content)]
    starts = {text[i : i + SHORTEST] for _, text in held for i in range(len(text) - SHORTEST + 1)}
    if not starts:
        return None
    for text in (text for path, columns in tables for text in _texts_of(path, list(columns))):
        whole = _plain(text)
        if whole[:SHORTEST] not in starts or len(whole) < SHORTEST:
            continue
        for name, place in held:
            if whole[:_COMPARED] in place:
                return Found(text, name)
    return None


def _texts_of(path: Path, columns: list[str]) -> Iterator[str]:
    """Every text of these columns, each once a batch."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_AT_ONCE, columns=columns):
            for column in batch.columns:
                if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
                    yield from (text for text in column.unique().to_pylist() if text)


def _texts_in(name: str, content: bytes) -> Iterator[str]:
    """What a file says, however it writes it; nothing of what is no text."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return
    if name.endswith(".json"):
        yield from _strings(_read(json.loads, text))
        return
    yield _plain(text)
    yield _plain(html.unescape(text).replace("<br>", " ").replace("\\|", "|"))
    if text.startswith("---\n"):
        yield from _strings(_read(yaml.safe_load, text.split("---\n", 2)[1]))


def _read(read: Any, text: str) -> Any:
    try:
        return read(text)
    except (ValueError, yaml.YAMLError):
        return text


def _strings(value: Any) -> Iterator[str]:
    """Every text in a value, names too; a tokenizer's many words are too short to be looked at."""
    if isinstance(value, str):
        if len(plain := _plain(value)) >= SHORTEST:
            yield plain
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _strings(key)
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _plain(text: str) -> str:
    """Blanks of any kind and number count as one: lines are broken where there is no more room."""
    return " ".join(text.split())
