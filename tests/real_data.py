"""The real datasets that tests read where `LIKEWISE_TEST_DATA` names their folder."""

import io
import json
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = os.environ.get("LIKEWISE_TEST_DATA")

needed = pytest.mark.skipif(not FOLDER, reason="LIKEWISE_TEST_DATA names no folder of real data")


def real(name: str) -> Path:
    return Path(FOLDER or "") / name


GRADES = {1: 4, 2: 3, 3: 2, 4: 1}
"""Cranfield calls its best answers 1; in a BEIR folder a higher grade is better, 0 is not right."""


def cranfield_as_beir() -> bytes:
    """Cranfield as the ZIP of a BEIR folder: corpus.jsonl, queries.jsonl, qrels/test.tsv.

    The number of a query in `cranqrel` is its place in `cran.qry`, from 1.
    """
    documents = [
        {"_id": number, "title": parts.get("T", ""), "text": parts.get("W", "")}
        for number, parts in _records(real("cranfield/cran.all.1400"))
    ]
    queries = [
        {"_id": str(place), "text": parts["W"]}
        for place, (_, parts) in enumerate(_records(real("cranfield/cran.qry")), start=1)
    ]
    judged = ["query-id\tcorpus-id\tscore"]
    for line in real("cranfield/cranqrel").read_text().splitlines():
        query, document, grade = line.split()
        judged.append(f"{query}\t{document}\t{GRADES.get(int(grade), 0)}")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("cranfield/corpus.jsonl", "\n".join(map(json.dumps, documents)))
        archive.writestr("cranfield/queries.jsonl", "\n".join(map(json.dumps, queries)))
        archive.writestr("cranfield/qrels/test.tsv", "\n".join(judged) + "\n")
    return out.getvalue()


def _records(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The records of a SMART file: each its number, and its parts by their letters."""
    for record in re.split(r"^\.I ", path.read_text(errors="replace"), flags=re.MULTILINE)[1:]:
        number, *rest = record.split("\n", 1)
        pieces = re.split(r"^\.([TABW])\n", rest[0] if rest else "", flags=re.MULTILINE)
        texts = [" ".join(text.split()) for text in pieces[2::2]]
        yield number.strip(), dict(zip(pieces[1::2], texts, strict=True))
