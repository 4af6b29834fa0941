"""The first sentence about a file, from its beginning alone."""

import gzip
import json

import pytest
import zstandard

from backend.preparing.file_heads import whole_rows
from backend.preparing.first_look import first_look

ROWS = [{"question": f"what is number {n}?", "answer": f"it is, {n}\nor so"} for n in range(20_000)]
CSV = "question,answer\n" + "".join(f'{r["question"]},"{r["answer"]}"\n' for r in ROWS)
CUT = 256_000

HEADS = {
    "questions.csv": CSV.encode(),
    "questions.csv.gz": gzip.compress(CSV.encode(), compresslevel=0),
    "questions.csv.zst": zstandard.ZstdCompressor(level=-100).compress(CSV.encode()),
    "questions.jsonl": "".join(json.dumps(row) + "\n" for row in ROWS).encode(),
    "questions.json": json.dumps(ROWS, indent=1).encode(),
    "utf16.csv": CSV.encode("utf-16"),
}


@pytest.mark.parametrize("name", HEADS)
def test_a_beginning_says_what_the_file_looks_like(name: str) -> None:
    said = first_look(name, HEADS[name][:CUT], is_whole=len(HEADS[name]) <= CUT)
    assert said.startswith(f"{name}: this looks like ")
    assert said.endswith("2 columns.")


def test_a_row_that_is_cut_is_not_looked_at() -> None:
    head = b'a,b\n1,"one\ntwo"\n2,"half\n of'
    assert whole_rows("x.csv", head) == b'a,b\n1,"one\ntwo"\n'
    assert whole_rows("x.json", b'[{"a": "}"}, {"a": [1]}, {"a": ') == b'[{"a": "}"}, {"a": [1]}]'
    assert whole_rows("x.jsonl", b'{"a": 1}\n{"a"') == b'{"a": 1}\n'


@pytest.mark.parametrize("name", ["rows.parquet", "rows.xlsx", "rows.csv.zip", "rows.csv"])
def test_of_what_can_t_be_seen_yet_it_says_so(name: str) -> None:
    assert first_look(name, b"PK\x03\x04", is_whole=False).startswith(f"{name}: ")


def test_it_comes_with_the_first_part_and_before_it_with_the_head(api) -> None:
    content = HEADS["questions.csv"]
    wanted = {"file_name": "questions.csv", "size_bytes": len(content)}
    upload = api.post("uploads", json=wanted).json()
    assert upload["first_look"] is None
    said = api.put(f"uploads/{upload['id']}/head", content=content[:CUT]).json()
    assert said["first_look"].startswith("questions.csv: this looks like")
    other = api.post("uploads", json=wanted).json()
    said = api.put(f"uploads/{other['id']}/parts/1", content=content).json()
    assert said["first_look"].startswith("questions.csv: this looks like")
    assert api.get(f"uploads/{other['id']}").json()["first_look"] == said["first_look"]
