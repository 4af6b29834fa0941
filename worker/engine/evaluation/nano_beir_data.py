"""The data of NanoBEIR: about 50 queries and at most 10 000 documents a set."""

from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq
from datasets import load_dataset

SETS = {
    "climatefever": "NanoClimateFEVER",
    "dbpedia": "NanoDBPedia",
    "fever": "NanoFEVER",
    "fiqa2018": "NanoFiQA2018",
    "hotpotqa": "NanoHotpotQA",
    "msmarco": "NanoMSMARCO",
    "nfcorpus": "NanoNFCorpus",
    "nq": "NanoNQ",
    "quoraretrieval": "NanoQuoraRetrieval",
    "scidocs": "NanoSCIDOCS",
    "arguana": "NanoArguAna",
    "scifact": "NanoSciFact",
    "touche2020": "NanoTouche2020",
}
"""The name of each set, and that of its split."""


class Retrieval(NamedTuple):
    """Texts by id, and the ids of the documents that answer each query."""

    queries: dict[str, str]
    corpus: dict[str, str]
    relevant_docs: dict[str, set[str]]


def load(dataset_id: str, split: str) -> Retrieval:
    """One set, from a dataset of the Hub or a local folder in its layout. Empty texts are left out.

    Raises ValueError that says which part can't be read, or lacks which column.
    """
    relevant: dict[str, set[str]] = {}
    for row in _rows(dataset_id, "qrels", split, ("query-id", "corpus-id")):
        found = row["corpus-id"]
        relevant.setdefault(row["query-id"], set()).update(
            found if isinstance(found, list) else [found]
        )
    queries, corpus = (
        {
            row["_id"]: row["text"]
            for row in _rows(dataset_id, part, split, ("_id", "text"))
            if row["text"]
        }
        for part in ("queries", "corpus")
    )
    return Retrieval(queries, corpus, relevant)


def _rows(dataset_id: str, part: str, split: str, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    where = f"{part!r} of {split} in {dataset_id!r}"
    if Path(dataset_id).is_dir():
        files = sorted(Path(dataset_id, part).glob(f"{split}-*.parquet"))
        if not files:
            raise ValueError(f"Found no {where}: it should be {part}/{split}-*.parquet there.")
        table = pq.read_table(files)
    else:
        try:
            table = load_dataset(dataset_id, part, split=split).data.table
        except (OSError, ValueError, RuntimeError) as error:
            raise ValueError(f"Could not load {where}: {error}") from error
    if missing := [name for name in columns if name not in table.column_names]:
        raise ValueError(f"{where} lacks the column {missing[0]!r}; it has {table.column_names}.")
    rows: list[dict[str, Any]] = table.select(list(columns)).to_pylist()
    return rows
