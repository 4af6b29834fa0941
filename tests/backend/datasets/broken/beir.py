"""Broken BEIR folders."""

from tests.backend.datasets.broken.archives import zipped
from tests.backend.datasets.broken.case import Case, case

CORPUS = b'{"_id": "d1", "title": "T", "text": "one"}\n{"_id": "d2", "text": "two"}\n'
QUERIES = b'{"_id": "q1", "text": "who?"}\n'
QRELS = b"query-id\tcorpus-id\tscore\nq1\td1\t1\n"


def _beir(
    what: str,
    words: tuple[str, ...],
    corpus: bytes = CORPUS,
    queries: bytes = QUERIES,
    qrels: bytes = QRELS,
    code: str = "not_beir",
) -> Case:
    files = {"b/corpus.jsonl": corpus, "b/queries.jsonl": queries, "b/qrels/test.tsv": qrels}
    there = [(name, content) for name, content in files.items() if content]
    return case(what, "b.zip", zipped(*there), code, *words)


BEIR = [
    _beir("no corpus", ("'b.zip'", "no corpus.jsonl"), corpus=b""),
    _beir("no queries", ("'b.zip'", "no queries.jsonl"), queries=b""),
    _beir("no qrels", ("'b.zip'", "no qrels/*.tsv"), qrels=b""),
    _beir("an unknown query", ("qrels/test.tsv", "line 3", "'q9'"), qrels=QRELS + b"q9\td1\t1\n",
          code="unknown_id"),
    _beir("an unknown document", ("line 3", "'d9'"), qrels=QRELS + b"q1\td9\t1\n",
          code="unknown_id"),
    _beir("an id twice", ("corpus.jsonl", "line 3", "'d1'"), corpus=CORPUS + CORPUS),
    _beir("no id", ("queries.jsonl", "line 2", "null"), queries=QUERIES + b'{"text": "a"}'),
    _beir("no text", ("corpus.jsonl", "line 1", "text"), corpus=b'{"_id": 1}\n'),
    _beir("two cells", ("qrels/test.tsv", "line 3", "2 cells"), qrels=QRELS + b"q1\td1\n"),
    _beir("no grade", ("qrels/test.tsv", "line 3", "'high'"), qrels=QRELS + b"q1\td1\thigh\n"),
    _beir("no JSON", ("corpus.jsonl", "line 3"), corpus=CORPUS + b"{'_id': 1}", code="not_json"),
    _beir("not UTF-8", ("corpus.jsonl", "Line 3: byte"), corpus=CORPUS + b"\xff",
          code="wrong_encoding"),
    _beir("names alone", ("'b.zip'",), qrels=QRELS[:25], corpus=CORPUS),
]  # fmt: skip
