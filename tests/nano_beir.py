"""NanoBEIR in small: the layout of the Hub's dataset, in words that the tiny model knows."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.tiny_model import sentences


def write_nano_beir(folder: Path, splits: Iterable[str], queries: int = 12) -> Path:
    """Sets in `folder`: each query has one answer among three times as many documents."""
    for seed, split in enumerate(splits):
        asked = sentences(queries, seed=100 + seed)
        texts = asked[::-1] + sentences(2 * queries, seed=200 + seed)
        ids = [f"q{n}" for n in range(queries)]
        answers = [f"d{queries - 1 - n}" for n in range(queries)]
        documents = [f"d{n}" for n in range(len(texts))]
        _write(folder, "queries", split, {"_id": ids, "text": asked})
        _write(folder, "corpus", split, {"_id": documents, "text": texts})
        _write(folder, "qrels", split, {"query-id": ids, "corpus-id": answers})
    return folder


def _write(folder: Path, part: str, split: str, columns: dict[str, list[str]]) -> None:
    (folder / part).mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), folder / part / f"{split}-00000-of-00001.parquet")
