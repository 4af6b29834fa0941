"""The texts that all evaluators judge here, and how to put ours beside the reference's.

Duplicates on both sides and within one, so that equal similarities occur. All texts go into one
batch: the reference encodes equal texts apart, and padded otherwise they would differ at 1e-8.
"""

import csv
from pathlib import Path

import pytest

from tests.tiny_model import sentences

ALL = ["cosine", "dot", "euclidean", "manhattan"]
ONE_BATCH = 512
LEFT = sentences(40, seed=1) + sentences(10, seed=1)
RIGHT = sentences(40, seed=2) + sentences(10, seed=2)
OTHER = sentences(50, seed=3)
SCORES = [round(i % 7 / 6, 3) for i in range(50)]
LABELS = [int(i % 3 == 0) for i in range(50)]


def assert_same(mine, their, ours, theirs, folder: Path) -> None:
    """Metrics, primary metric, description, settings (ours may tell more) and files of two runs."""
    for epoch in (1, 2):
        found = mine(ours, str(folder / "ours"), epoch=epoch, steps=10 * epoch)
        expected = their(theirs, str(folder / "theirs"), epoch=epoch, steps=10 * epoch)
    assert found.keys() == expected.keys()
    assert found == near(expected)
    assert all(isinstance(value, float) for value in found.values())
    assert mine.primary_metric == their.primary_metric
    assert mine.greater_is_better is their.greater_is_better
    assert mine.description == their.description
    assert their.get_config_dict().items() <= mine.get_config_dict().items()
    assert written(folder / "ours") == written(folder / "theirs")
    for name in written(folder / "ours"):
        assert read_csv(folder / "ours" / name) == read_csv(folder / "theirs" / name)


def near(expected):
    return pytest.approx(expected, abs=1e-6, rel=1e-6, nan_ok=True)


def written(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.csv")}


def read_csv(path: Path):
    heads, *lines = csv.reader(path.open(encoding="utf-8"))
    return heads, [[near(float(value)) for value in line] for line in lines]
