"""A collator's flat names to what a loss takes: the features of each column apart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FIRST_FEATURES = (
    "input_ids",
    "sentence_embedding",  # a bag of words has no ids
    "pixel_values",
    "input_features",
    "input_values",
    "pixel_values_videos",
)
"""Every column has one of these features; what stands before it is the column's name.

Source: the suffixes that Sentence Transformers' trainer looks for.
"""


@dataclass(frozen=True)
class Batches:
    """Collates with `collate`, ours or a person's own, and regroups what it gives."""

    collate: Callable[[Any], Mapping[str, Any]]

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        batch = regrouped(self.collate(rows))
        if rows and "dataset_name" in rows[0]:
            batch["dataset_name"] = rows[0]["dataset_name"]
        return batch


def regrouped(batch: Mapping[str, Any]) -> dict[str, Any]:
    """`sentence_features`, one dict a column in the order of columns, `labels`, `dataset_name`."""
    if "sentence_features" in batch:
        return dict(batch)
    starts = list(dict.fromkeys(start for key in batch if (start := _start(key)) is not None))
    features: dict[str, dict[str, Any]] = {start: {} for start in starts}
    for key, value in batch.items():
        # The longest start wins: the features of a column a_b aren't those of a column a.
        owner = max((start for start in starts if key.startswith(start)), key=len, default=None)
        if owner is not None:
            features[owner][key.removeprefix(owner)] = value
    found: dict[str, Any] = {"sentence_features": list(features.values())}
    if "label" in batch:
        found["labels"] = batch["label"]
    return found


def _start(key: str) -> str | None:
    """The name of the column with its underscore, if `key` is the first feature of one."""
    for feature in FIRST_FEATURES:
        if key.endswith(f"_{feature}"):
            return key.removesuffix(feature)
    return None
