"""A text of the data in what is to leave is found, however a file writes it; words are not."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from worker.jobs.rows_found import found_rows

LONG = "how do I return a thing that I bought, “as new” & with its | box? " * 4
TEXT = "when is the shop\nopen on Sundays?"
SHORT = "the word embedding"[4:8]


@pytest.fixture
def tables(tmp_path):
    table = pa.table({"a": [LONG, SHORT, None], "b": [TEXT, "", "é" * 30]})
    pq.write_table(table, tmp_path / "rows.parquet")
    return [(tmp_path / "rows.parquet", ["a", "b"])]


WRITTEN = {
    "as it is": ("README.md", f"Such as: {TEXT} And so on."),
    "in a table": (
        "README.md",
        f"| <code>{LONG[:100].replace('&', '&amp;').replace('|', chr(92) + '|')}</code> |"
        f"\n| <code>{TEXT.replace(chr(10), '<br>')}</code> |",
    ),
    "cut short": ("README.md", f"| {LONG[:150]}… |"),
    "folded in metadata": (
        "README.md",
        f"---\n{yaml.safe_dump({'widget': [{'text': LONG}]}, width=20)}---\n",
    ),
    "escaped": ("config.json", json.dumps({"prompts": {"query": "é" * 30}})),
    "as a name": ("config.json", json.dumps({TEXT: 1})),
    "in a list of words": ("vocab.txt", f"the\n{TEXT.replace(chr(10), ' ')}\nend"),
}


@pytest.mark.parametrize("written", WRITTEN)
def test_a_text_is_found_however_it_is_written(tables, written):
    name, content = WRITTEN[written]
    found = found_rows(tables, [("other.json", b"{}"), (name, content.encode())])
    assert found is not None
    assert found.file == name


def test_what_isnt_of_the_data_is_let_through(tables):
    files = {
        "README.md": "how do I return a thing to its owner? The word embedding means a vector.",
        "tokenizer.json": json.dumps({"vocab": {SHORT: 1, "when": 2, "is": 3, "the": 4}}),
        "sentencepiece.model": "\0",
    }
    contents = [(name, text.encode()) for name, text in files.items()]
    assert found_rows(tables, [*contents, ("weights.bin", bytes(range(256)))]) is None
