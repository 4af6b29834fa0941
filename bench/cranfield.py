"""Cranfield's questions and documents, read from SMART files."""

import re
from pathlib import Path

Documents = dict[str, tuple[str, str]]


def queries_and_documents(
    folder: Path,
) -> tuple[list[str], Documents, list[tuple[int, str]]]:
    """Questions in their order; title and text by number; which document answers which question.

    The number of a question in `cranqrel` is its place in `cran.qry`, from 1.
    """
    queries = [parts["W"] for _, parts in _records(folder / "cran.qry")]
    documents = {
        number: (parts.get("T", ""), parts.get("W", ""))
        for number, parts in _records(folder / "cran.all.1400")
    }
    judged = (line.split() for line in (folder / "cranqrel").read_text().splitlines())
    right = [(int(query) - 1, document) for query, document, grade in judged if int(grade) > 0]
    return queries, documents, right


def answered(
    queries: list[str], documents: Documents, right: list[tuple[int, str]]
) -> list[tuple[str, ...]]:
    """Question, title and text of a document that answers it."""
    pairs = ((queries[query], *documents[document]) for query, document in right)
    return [row for row in pairs if all(row)]


def _records(path: Path) -> list[tuple[str, dict[str, str]]]:
    found = []
    for record in re.split(r"(?m)^\.I ", path.read_text(errors="replace"))[1:]:
        number, _, rest = record.partition("\n")
        pieces = re.split(r"(?m)^\.([TABW])\n", rest)
        texts = [" ".join(text.split()) for text in pieces[2::2]]
        found.append((number.strip(), dict(zip(pieces[1::2], texts, strict=True))))
    return found
