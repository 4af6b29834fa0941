"""A person's own texts, as base and tuned model see them: vectors, neighbours, maps, in a folder.

It lies in the artifact store, apart from the model. It holds texts of the person's and is never
published.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import feather

from backend.proof.flat_maps import FlatMaps
from backend.proof.neighbours import Neighbours

MOST_TEXTS = 5_000

_TEXTS = "texts.arrow"
_ABOUT = b"seen"
_GROUP = "group:"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How a question is embedded that is asked of these texts: `is_query`, where the models tell
    what one searches with from what is searched; `prompt` stands before it, None where the model's
    own is meant. `revision` is that of the base model on the Hub."""

    is_query: bool
    prompt: str | None
    revision: str | None


@dataclass(frozen=True, kw_only=True)
class Seen:
    """N texts, each once, and their vectors of length 1 by both models (N×D). `left_out` is how
    many more there were. `groups` are the names of each text's group, by what is grouped by."""

    texts: pa.Array
    base: NDArray[np.float16]
    tuned: NDArray[np.float16]
    neighbours: Neighbours
    maps: FlatMaps
    asked: Asked
    left_out: int = 0
    groups: dict[str, list[str]] = field(default_factory=dict)

    def text(self, place: int) -> str:
        return str(self.texts[place].as_py())


def key_of(model_id: str) -> str:
    """Where the artifact store keeps it."""
    return f"seen/{model_id}"


def write(folder: Path, seen: Seen) -> None:
    """Texts as an Arrow file, arrays as NumPy's: both are read as they lie, without a copy."""
    folder.mkdir(parents=True, exist_ok=True)
    about = {
        "left_out": seen.left_out,
        "is_query": seen.asked.is_query,
        "prompt": seen.asked.prompt,
        "revision": seen.asked.revision,
        "base_share": seen.maps.base_share,
        "tuned_share": seen.maps.tuned_share,
    }
    table = pa.table(
        {
            "text": seen.texts,
            "stayed": seen.neighbours.stayed,
            "was_place": seen.neighbours.was_place,
            **{f"{_GROUP}{by}": pa.array(names, pa.string()) for by, names in seen.groups.items()},
        }
    ).replace_schema_metadata({_ABOUT: json.dumps(about)})
    feather.write_feather(table, str(folder / _TEXTS), compression="uncompressed")
    for name, array in _arrays(seen).items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)


def read(folder: Path) -> Seen:
    """What `write` wrote. Raises FileNotFoundError where it didn't."""
    table = feather.read_table(str(folder / _TEXTS), memory_map=True)
    about = json.loads(table.schema.metadata[_ABOUT])
    named = {
        name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in _NAMES
    }
    groups = [name for name in table.column_names if name.startswith(_GROUP)]
    return Seen(
        texts=table["text"].combine_chunks(),
        base=named["base"],
        tuned=named["tuned"],
        neighbours=Neighbours(
            base=named["neighbours_base"],
            tuned=named["neighbours_tuned"],
            stayed=table["stayed"].to_numpy(),
            was_place=table["was_place"].to_numpy(),
        ),
        maps=FlatMaps(
            base=named["map_base"],
            tuned=named["map_tuned"],
            base_share=about["base_share"],
            tuned_share=about["tuned_share"],
        ),
        asked=Asked(is_query=about["is_query"], prompt=about["prompt"], revision=about["revision"]),
        left_out=about["left_out"],
        groups={name.removeprefix(_GROUP): table[name].to_pylist() for name in groups},
    )


_NAMES = ("base", "tuned", "neighbours_base", "neighbours_tuned", "map_base", "map_tuned")


def _arrays(seen: Seen) -> dict[str, NDArray[np.generic]]:
    arrays = (
        seen.base,
        seen.tuned,
        seen.neighbours.base,
        seen.neighbours.tuned,
        seen.maps.base,
        seen.maps.tuned,
    )
    return dict(zip(_NAMES, arrays, strict=True))
