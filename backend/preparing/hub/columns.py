"""From the features of a Hub dataset to a table's columns. Pure.

What is a text, a number or a list stays; a struct (`translation: {en, de}`) becomes a column for
each of its fields; classes stay whole numbers, with their names told apart, and −1, the Hub's "no
label", becomes an empty cell; pictures, sounds and the like are left out, by name.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_NO_TEXT = frozenset({"Image", "Audio", "Video", "Pdf", "Nifti", "Mesh", "Array2D", "Array3D",
                      "Array4D", "Array5D"})  # fmt: skip
_STRUCTS = frozenset({"Translation", "TranslationVariableLanguages"})

Features = Mapping[str, Any]
"""As the Hub's viewer and `datasets.Features.to_dict` write them: by name, with `_type`."""


@dataclass(frozen=True)
class Shape:
    """What is known of the columns before their rows: names of classes, and what is left out."""

    usable: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    classes: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, features: Features) -> "Shape":
        """`classes` is keyed by the name that the column will have."""
        left_out = tuple(name for name, feature in features.items() if _holds(feature, _NO_TEXT))
        usable = tuple(name for name in features if name not in left_out)
        leaves = [leaf for name in usable for leaf in _leaves((name,), features[name])]
        names = _names([path for path, _ in leaves])
        classes = {
            name: list(feature["names"])
            for name, (_, feature) in zip(names, leaves, strict=True)
            if isinstance(feature, Mapping) and feature.get("_type") == "ClassLabel"
        }
        return cls(usable=usable, left_out=left_out, classes=classes)


def as_columns(table: pa.Table, shape: Shape) -> pa.Table:
    """The table without structs, and with empty cells where a class is missing."""
    leaves = [
        leaf
        for name in shape.usable
        if name in table.column_names
        for leaf in _flat((name,), table.column(name))
    ]
    names = _names([path for path, _ in leaves])
    columns = [
        _without_minus_one(column) if name in shape.classes else column
        for name, (_, column) in zip(names, leaves, strict=True)
    ]
    return pa.table(columns, names=names)


def _holds(feature: Any, kinds: frozenset[str]) -> bool:
    """Whether a feature is of one of these kinds, or a list or a struct of such."""
    if isinstance(feature, list):
        return any(_holds(each, kinds) for each in feature)
    if not isinstance(feature, Mapping):
        return False
    if feature.get("_type") in kinds:
        return True
    return any(_holds(each, kinds) for each in feature.values())


def _leaves(path: tuple[str, ...], feature: Any) -> list[tuple[tuple[str, ...], Any]]:
    """A feature, or those of its fields where it is a struct."""
    if not isinstance(feature, Mapping):
        return [(path, feature)]
    if feature.get("_type") in _STRUCTS:
        return [((*path, language), None) for language in feature.get("languages") or ()]
    if "_type" in feature and isinstance(feature["_type"], str):
        return [(path, feature)]
    return [leaf for name, each in feature.items() for leaf in _leaves((*path, name), each)]


def _flat(
    path: tuple[str, ...], column: pa.ChunkedArray
) -> list[tuple[tuple[str, ...], pa.ChunkedArray]]:
    if not pa.types.is_struct(column.type) or not column.type.num_fields:
        return [(path, column)]
    names = [each.name for each in column.type]
    return [
        leaf
        for name, each in zip(names, column.flatten(), strict=True)
        for leaf in _flat((*path, name), each)
    ]


def _names(paths: list[tuple[str, ...]]) -> list[str]:
    """A field's own name where no other column has it, else with the names before it."""
    counts = Counter(path[-1] for path in paths)
    return [path[-1] if counts[path[-1]] == 1 else ".".join(path) for path in paths]


def _without_minus_one(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_integer(column.type):
        return column
    return pc.if_else(pc.equal(column, -1), pa.scalar(None, column.type), column)
