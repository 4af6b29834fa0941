"""What the Hub of the tests holds: small datasets of usual forms, with their viewer's answers."""

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.dataset_hub import Repo

PAIRS = "team/pairs"
SHELF_TAGS = ["sentence-transformers", "language:en", "license:apache-2.0", "language:de"]
CARD = b"""---
configs:
- config_name: pair
  data_files:
  - split: train
    path: train.csv
  - split: validation
    path: dev.csv
  - split: test
    path: test.csv
---
# Pairs
"""


def pairs(n: int, first: int = 0) -> bytes:
    rows = (f"How does thing {i} work?,Thing {i} works like so.\n" for i in range(first, first + n))
    return ("question,answer\n" + "".join(rows)).encode()


def pairs_repo(rows: int = 60, **what: Any) -> Repo:
    """Three splits of questions with their answers; its viewer knows it."""
    files = {
        "README.md": CARD,
        "train.csv": pairs(rows),
        "dev.csv": pairs(10, 1_000_000),
        "test.csv": pairs(10, 2_000_000),
    }
    facts = {
        "tags": SHELF_TAGS,
        "downloads": 500,
        "likes": 7,
        "mainSize": 1_234_567,
        "description": "Questions with their answers. More of it.",
    }
    return Repo(**{"files": files, "facts": facts, "viewer": viewer_of(rows)} | what)


def viewer_of(rows: int) -> dict[str, Any]:
    sizes = {"train": rows, "validation": 10, "test": 10}
    named = [{"dataset": PAIRS, "config": "pair", "split": split} for split in sizes]
    text = {"dtype": "string", "_type": "Value"}
    features = [
        {"feature_idx": i, "name": name, "type": text}
        for i, name in enumerate(("question", "answer"))
    ]
    first = [
        {"row_idx": i, "row": {"question": f"How does {i} work?", "answer": f"Like {i}."}}
        for i in range(min(rows, 100))
    ]
    return {
        "/is-valid": {"preview": True, "viewer": True, "search": True},
        "/splits": {"splits": named, "pending": [], "failed": []},
        "/size": {"size": {"splits": [{**n, "num_rows": sizes[n["split"]]} for n in named]}},
        "/first-rows": {"features": features, "rows": first, "truncated": rows > 100},
    }


NLI_CARD = b"""---
dataset_info:
  features:
  - name: premise
    dtype: string
  - name: label
    dtype:
      class_label:
        names:
          '0': entailment
          '1': neutral
          '2': contradiction
  - name: translation
    dtype:
      translation:
        languages: [en, de]
  - name: negatives
    list: string
  - name: picture
    dtype: image
  splits:
  - name: train
    num_examples: 200
    num_bytes: 1
---
"""


def nli_repo(**what: Any) -> Repo:
    """Classes, a struct, lists and pictures, of which only the card tells; no viewer knows it."""
    table = pa.table(
        {
            "premise": [f"premise {i}" for i in range(200)],
            "label": [i % 4 - 1 for i in range(200)],
            "translation": [{"en": f"word {i}", "de": f"Wort {i}"} for i in range(200)],
            "negatives": [[f"one {i}", f"two {i}"] for i in range(200)],
            "picture": [{"bytes": b"no picture", "path": None}] * 200,
        }
    )
    return Repo(files={"README.md": NLI_CARD, "train.parquet": parquet(table)}, **what)


def parquet(table: pa.Table) -> bytes:
    place = io.BytesIO()
    pq.write_table(table, place)
    return place.getvalue()
