"""A BEIR folder as one table: who asked what, which document was judged for it, and how well.

Documents and queries wait in a database on disk, so that memory stays flat however many there are.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePath

from backend.datasets.reading.beir_files import Entry, Judgement, entries, judgements
from backend.datasets.reading.json_values import Placed, Row, ValueRows, chunked
from backend.datasets.reading.names import quoted, shown
from backend.datasets.reading.one import Table
from backend.datasets.reading.parts import part_of
from backend.datasets.reading.unpack import Unpacked
from backend.datasets.reading.write import write_table
from backend.problems import BadFile
from backend.recipes.words import and_list

_CORPUS, _QUERIES = "corpus.jsonl", "queries.jsonl"
_TABLES = """
CREATE TABLE documents (id TEXT PRIMARY KEY, text TEXT, is_judged INTEGER DEFAULT 0);
CREATE TABLE queries (id TEXT PRIMARY KEY, text TEXT, is_judged INTEGER DEFAULT 0);
"""


@dataclass(frozen=True, kw_only=True)
class Collection:
    """The files of one BEIR folder."""

    corpus: Unpacked
    queries: Unpacked
    qrels: Sequence[Unpacked]


def collection(files: Sequence[Unpacked]) -> Collection | None:
    """The BEIR folder that these files are; None if they are none.

    Raises BadFile where a piece of it is missing.
    """
    named = {PurePath(file.name).name: file for file in files}
    qrels = [file for file in files if PurePath(file.name).suffix.lower() == ".tsv"]
    in_folder = any(PurePath(file.name).parent.name == "qrels" for file in qrels)
    pieces = {_CORPUS: _CORPUS in named, _QUERIES: _QUERIES in named, "qrels/*.tsv": bool(qrels)}
    if sum(pieces.values()) < 2 and not in_folder:
        return None
    if missing := [name for name, is_there in pieces.items() if not is_there]:
        raise BadFile(
            "not_beir",
            "A piece of this BEIR folder is missing",
            f"In {and_list(sorted({quoted(file.sent) for file in files}))} there is "
            f"{and_list([name for name in pieces if pieces[name]])}, but no "
            f"{' and no '.join(missing)}. Pack the whole folder: corpus.jsonl, queries.jsonl and "
            "qrels/test.tsv.",
        )
    return Collection(corpus=named[_CORPUS], queries=named[_QUERIES], qrels=qrels)


def write_beir(beir: Collection, place: Path, folder: Path) -> Table:
    """Write the judgements to `place`: query_id, query, document_id, document, grade, part. A
    document that nobody judged is a row without a query: a distractor. `folder` is scratch space.

    Raises BadFile, naming file and line, where an id is unknown or comes twice.
    """
    with closing(sqlite3.connect(folder / "beir.db", isolation_level=None)) as db:
        db.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_TABLES} BEGIN")
        _fill(db, "documents", entries(beir.corpus))
        _fill(db, "queries", entries(beir.queries))
        written = write_table(lambda: _rows(db, beir), place)
        ((left_out,),) = db.execute("SELECT count(*) FROM queries WHERE NOT is_judged")
    return Table(written=written, found={"format": "beir", "queries_without_grades": str(left_out)})


def _fill(db: sqlite3.Connection, table: str, found: Iterator[Entry]) -> None:
    for entry in found:
        try:
            db.execute(f"INSERT INTO {table} (id, text) VALUES (?, ?)", (entry.id, entry.text))
        except sqlite3.IntegrityError as error:
            raise BadFile(
                "not_beir",
                "An id comes twice",
                f"{entry.place}: the id {shown(entry.id)} stands on an earlier line, too. Give "
                "each an id of its own.",
            ) from error


def _rows(db: sqlite3.Connection, beir: Collection) -> Iterator[ValueRows]:
    judged = chunked(_judged(db, beir.qrels))
    first = next(judged, None)
    if first is None:
        raise BadFile(
            "not_beir",
            "Nothing is judged in this BEIR folder",
            f"{and_list([source.place for source in beir.qrels])}: no line names a query, a "
            "document and a grade. Was the export complete?",
        )
    yield first
    yield from judged
    yield from chunked(_unjudged(db))


def _judged(db: sqlite3.Connection, qrels: Sequence[Unpacked]) -> Iterator[Placed]:
    for source in qrels:
        part = part_of(source.name)
        for one in judgements(source):
            query = _text_of(db, "queries", one.query_id, one, _QUERIES)
            document = _text_of(db, "documents", one.document_id, one, _CORPUS)
            row = _row(one.query_id, query, one.document_id, document, one.grade, part)
            yield one.place, len(query) + len(document), row


def _text_of(db: sqlite3.Connection, table: str, id_: str, one: Judgement, file: str) -> str:
    found = db.execute(
        f"UPDATE {table} SET is_judged = 1 WHERE id = ? RETURNING text", (id_,)
    ).fetchone()
    if found is None:
        raise BadFile(
            "unknown_id",
            "A judgement names what isn't there",
            f"{one.place}: there is no {shown(id_)} in {file}. Are these the qrels of this "
            "collection?",
        )
    return str(found[0])


def _unjudged(db: sqlite3.Connection) -> Iterator[Placed]:
    cursor = db.execute("SELECT id, text FROM documents WHERE NOT is_judged ORDER BY rowid")
    for id_, text in cursor:
        yield f"Document {shown(id_)}", len(text), _row(None, None, id_, text, None, None)


def _row(
    query_id: str | None,
    query: str | None,
    document_id: str,
    document: str,
    grade: float | None,
    part: str | None,
) -> Row:
    whole = int(grade) if grade is not None and grade.is_integer() else grade
    return {
        "query_id": query_id,
        "query": query,
        "document_id": document_id,
        "document": document,
        "grade": whole,
        "part": part,
    }
