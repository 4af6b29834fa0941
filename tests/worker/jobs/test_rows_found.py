"""A text of the data in what is to leave is found, however a file writes it; words are not."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from backend.datasets.facts import table_facts
from backend.recipes.schemas import Recipe
from tests.runs.test_live import RECIPE
from worker.jobs.rows_found import found_rows
from worker.jobs.train_order import TableOrder, TrainOrder

LONG = "how do I return a thing that I bought, “as new” & with its | box? " * 4
TEXT = "when is the shop\nopen on Sundays?"
SHORT = "the word embedding"[4:8]


@pytest.fixture
def train(tmp_path):
    table = pa.table({"a": [LONG, SHORT, None], "b": [TEXT, "", "é" * 30]})
    pq.write_table(table, tmp_path / "rows.parquet")
    facts = table_facts(table.schema, table.to_batches())
    return TrainOrder(
        recipe=Recipe.model_validate(RECIPE),
        tables=[TableOrder(facts=facts, rows_file=tmp_path / "rows.parquet")],
        model_folders={},
        earlier=[],
        model_name="m",
        nano_beir="",
    )


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
def test_a_text_is_found_however_it_is_written(train, written):
    name, content = WRITTEN[written]
    found = found_rows(train, [("other.json", b"{}"), (name, content.encode())])
    assert found is not None
    assert found.file == name


def test_what_isnt_of_the_data_is_let_through(train):
    files = {
        "README.md": "how do I return a thing to its owner? The word embedding means a vector.",
        "tokenizer.json": json.dumps({"vocab": {SHORT: 1, "when": 2, "is": 3, "the": 4}}),
        "sentencepiece.model": "\0",
    }
    contents = [(name, text.encode()) for name, text in files.items()]
    assert found_rows(train, [*contents, ("weights.bin", bytes(range(256)))]) is None
