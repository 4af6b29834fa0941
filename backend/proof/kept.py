"""What was judged, item by item: the figures of base and tuned model, and what the item says.

It lies beside the model, in a folder of its own in the artifact store, for whoever compares runs,
looks for examples, or asks for a group. It holds texts of the person's and is never published.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

CHOOSE, PROVE = "choose", "prove"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """N items of a part, as one evaluator judged them.

    `texts` is what each item says (a question, the two texts of a pair); `wanted` what would have
    been right, in words. `base` and `tuned` are the figures that the metric's statistic takes: N or
    N×k. `found_base` and `found_tuned` are what each model found first, where it looks for
    something; else empty lists. `groups` are the names of each item's group, by what is grouped by.
    """

    part: str
    part_hash: str
    evaluator: str
    metric: str
    texts: list[str]
    wanted: list[str]
    base: NDArray[np.float64]
    tuned: NDArray[np.float64]
    found_base: list[list[str]] = field(default_factory=list)
    found_tuned: list[list[str]] = field(default_factory=list)
    groups: dict[str, list[str]] = field(default_factory=dict)


def write(folder: Path, kept: Kept) -> None:
    """Keep it as a Parquet file with the part's name."""
    nothing: list[list[str]] = [[]] * len(kept.texts)
    table = pa.table(
        {
            "text": pa.array(kept.texts, pa.string()),
            "wanted": pa.array(kept.wanted, pa.string()),
            "base": _rows(kept.base),
            "tuned": _rows(kept.tuned),
            "found_base": pa.array(kept.found_base or nothing, pa.list_(pa.string())),
            "found_tuned": pa.array(kept.found_tuned or nothing, pa.list_(pa.string())),
            **{f"group:{name}": pa.array(of, pa.string()) for name, of in kept.groups.items()},
        }
    )
    said = {
        "part": kept.part,
        "part_hash": kept.part_hash,
        "evaluator": kept.evaluator,
        "metric": kept.metric,
        "is_flat": kept.base.ndim == 1,
    }
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        table.replace_schema_metadata({"judged": json.dumps(said)}),
        folder / f"{kept.part}.parquet",
        compression="zstd",
    )


def is_kept(folder: Path, part: str) -> bool:
    """Whether anything was judged on that part."""
    return (folder / f"{part}.parquet").is_file()


def read(folder: Path, part: str) -> Kept | None:
    """What was kept of that part; None where nothing was."""
    place = folder / f"{part}.parquet"
    if not place.is_file():
        return None
    table = pq.read_table(place)
    said = json.loads(table.schema.metadata[b"judged"])
    names = [name for name in table.column_names if name.startswith("group:")]
    return Kept(
        part=said["part"],
        part_hash=said["part_hash"],
        evaluator=said["evaluator"],
        metric=said["metric"],
        texts=table["text"].to_pylist(),
        wanted=table["wanted"].to_pylist(),
        base=_items(table["base"], said["is_flat"]),
        tuned=_items(table["tuned"], said["is_flat"]),
        found_base=table["found_base"].to_pylist(),
        found_tuned=table["found_tuned"].to_pylist(),
        groups={name.removeprefix("group:"): table[name].to_pylist() for name in names},
    )


def _rows(items: NDArray[np.float64]) -> pa.Array:
    rows_NK = items[:, None] if items.ndim == 1 else items
    return pa.array(list(rows_NK), pa.list_(pa.float64()))


def _items(column: pa.ChunkedArray, is_flat: bool) -> NDArray[np.float64]:
    rows_NK = np.array(column.to_pylist(), dtype=np.float64)
    return rows_NK[:, 0] if is_flat else rows_NK
