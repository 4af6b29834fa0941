"""The files of a BEIR folder, line by line: documents, queries, and judgements (qrels)."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from backend.datasets.reading.encoding import unicode_of
from backend.datasets.reading.json_values import in_words, not_an_object, parse, unreadable
from backend.datasets.reading.lines import lines_of
from backend.datasets.reading.names import shown
from backend.datasets.reading.naming import naming
from backend.datasets.reading.unpack import Unpacked
from backend.problems import BadFile

_IDS = ("_id", "id")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A document or a query, and where it stands."""

    id: str
    text: str
    place: str


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """How well a document answers a query: 0 is not at all."""

    query_id: str
    document_id: str
    grade: float
    place: str


def entries(source: Unpacked) -> Iterator[Entry]:
    """What a corpus.jsonl or queries.jsonl holds; a title comes before its text.

    Raises BadFile, naming file and line.
    """
    for place, line in _lines(source):
        try:
            value = parse(line)
        except (ValueError, RecursionError) as error:
            raise unreadable(place, error) from error
        if not isinstance(value, dict):
            raise not_an_object(place, value)
        texts = [_text(value, name, place) for name in ("title", "text")]
        if "text" not in value:
            raise _incomplete(place, "there is no “text”")
        yield Entry(id=_id(value, place), text=" ".join(filter(None, texts)), place=place)


def judgements(source: Unpacked) -> Iterator[Judgement]:
    """What a file of qrels holds: query, document and grade, divided by tabs, names on top or not.

    Raises BadFile, naming file and line.
    """
    for i, (place, line) in enumerate(_lines(source)):
        cells = [cell.strip() for cell in line.rstrip("\r\n").split("\t")]
        if len(cells) != 3:
            raise _incomplete(place, f"it has {len(cells):,} cells, and 3 are needed")
        query_id, document_id, grade = cells
        if (number := _number(grade)) is not None:
            yield Judgement(query_id=query_id, document_id=document_id, grade=number, place=place)
        elif i > 0:
            raise _incomplete(place, f"the grade {shown(grade)} is no number")


def _lines(source: Unpacked) -> Iterator[tuple[str, str]]:
    with naming(source.place):
        encoding = unicode_of(source.path)
        with source.path.open(encoding=encoding, newline="\n") as file:
            for number, line in enumerate(lines_of(file), start=1):
                if line.strip():
                    yield f"{source.place}, line {number:,}", line


def _id(value: dict[str, Any], place: str) -> str:
    found = next((value[name] for name in _IDS if name in value), None)
    if isinstance(found, bool) or not isinstance(found, str | int) or found == "":
        raise _incomplete(place, f"its “_id” is {in_words(found)}")
    return str(found)


def _text(value: dict[str, Any], name: str, place: str) -> str:
    text = value.get(name) or ""
    if not isinstance(text, str):
        raise _incomplete(place, f"its “{name}” is {in_words(text)}, not a text")
    return text.strip()


def _number(cell: str) -> float | None:
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _incomplete(place: str, reason: str) -> BadFile:
    return BadFile(
        "not_beir",
        "This BEIR folder can't be read",
        f"{place}: {reason}. A line of corpus.jsonl and queries.jsonl is "
        '{"_id": "…", "text": "…"}; one of qrels/test.tsv is query, document and grade, divided '
        "by tabs.",
    )
