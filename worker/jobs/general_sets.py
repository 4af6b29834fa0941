"""The general sets, made into evaluators: from the Hub, or from a folder that the operator names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet as pq
from datasets import load_dataset
from datasets.exceptions import DatasetNotFoundError
from httpx2 import HTTPError

from backend.catalog.general_sets import GENERAL_SETS, SIMILARITY, GeneralSet
from worker.engine.evaluation import (
    EmbeddingSimilarityEvaluator,
    InformationRetrievalEvaluator,
    ItemEvaluator,
)
from worker.engine.evaluation.nano_beir_data import SETS
from worker.engine.evaluation.nano_beir_data import load as retrieval
from worker.jobs.report import Report

COLUMNS = ("sentence1", "sentence2", "score")
READERS = {
    ".parquet": pq.read_table,
    ".csv": pyarrow.csv.read_csv,
    ".jsonl": pyarrow.json.read_json,
}


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where the texts are: datasets of the Hub, or folders."""

    nano_beir: str
    similarity: str


def load(
    names: Sequence[str], places: Places, batch_size: int, report: Report
) -> Iterator[tuple[GeneralSet, ItemEvaluator]]:
    """Those of these sets that can be had; of each other it is said why it can't."""
    for name in names:
        row = GENERAL_SETS[name]
        try:
            yield row, _evaluator(row, places, batch_size)
        except (ValueError, OSError, HTTPError, DatasetNotFoundError, pa.ArrowInvalid) as error:
            report.log(f"{row.title} can't be had and is left out. {error}", level="warning")


def _evaluator(row: GeneralSet, places: Places, batch_size: int) -> ItemEvaluator:
    if row.name == SIMILARITY:
        one, other, scores = (column.to_pylist() for column in _pairs(places.similarity).columns)
        return EmbeddingSimilarityEvaluator(
            one, other, scores, batch_size=batch_size, write_csv=False
        )
    found = retrieval(places.nano_beir, SETS[row.name])
    return InformationRetrievalEvaluator(*found, batch_size=batch_size, write_csv=False)


def _pairs(place: str) -> pa.Table:
    """Two texts and how alike people find them, on whatever scale.

    Raises ValueError that says what is missing, or where it was looked for.
    """
    table = _of_folder(Path(place)) if Path(place).is_dir() else _of_hub(place)
    if missing := [name for name in COLUMNS if name not in table.column_names]:
        raise ValueError(f"{place!r} lacks the column {missing[0]!r}; it has {table.column_names}.")
    return table.select(COLUMNS).drop_null()


def _of_folder(folder: Path) -> pa.Table:
    """Its files of a test split, or else all that it has."""
    files: Mapping[str, list[Path]] = {
        suffix: sorted(folder.glob(f"*test*{suffix}")) or sorted(folder.glob(f"*{suffix}"))
        for suffix in READERS
    }
    for suffix, found in files.items():
        if found:
            return pa.concat_tables([READERS[suffix](path) for path in found])
    raise ValueError(f"{str(folder)!r} has no file of {', '.join(READERS)}.")


def _of_hub(name: str) -> pa.Table:
    try:
        return load_dataset(name, split="test").data.table
    except (OSError, ValueError, RuntimeError) as error:
        raise ValueError(f"Could not load {name!r}: {error}") from error
