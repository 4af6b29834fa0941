"""The first rows of a split, as the dataset viewer gives them, or as a job reads them.

Both have the same form: features as `datasets` writes them, and rows as JSON, long cells cut.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic import Field

from backend.hub.access import Access
from backend.hub.asking import Unanswered, ask_viewer
from backend.preparing.hub.splits import Split, Subset, Subsets
from backend.recipes.schemas import Strict

ROWS = 100
_CELL_CHARACTERS = 2_000
_ROWS_CHARACTERS = 400_000


class Wanted(Strict):
    """Which rows a job is to look at; without a subset or split, the first that there is."""

    repo: str
    commit: str
    subset: str | None = None
    split: str | None = None


class FirstRows(Strict):
    """`subsets` are all names that there are, `splits` those of this subset, with their rows."""

    subset: str
    split: str
    features: dict[str, Any]
    rows: list[dict[str, Any]]
    subsets: list[str] = Field(default_factory=list)
    splits: dict[str, int | None] = Field(default_factory=dict)

    def known_subsets(self) -> Subsets:
        """This one with its splits; of the others only the name is known."""
        splits = tuple(Split(name=name, rows=rows) for name, rows in self.splits.items())
        return tuple(
            Subset(name=name, splits=splits if name == self.subset else ()) for name in self.subsets
        )


@lru_cache(maxsize=64)
def of_viewer(access: Access, repo: str, commit: str, subset: str, split: str) -> FirstRows:
    """Raises Unanswered. `commit` makes the answer one of this state of the dataset."""
    told = ask_viewer(access, "/first-rows", {"dataset": repo, "config": subset, "split": split})
    try:
        features = {str(each["name"]): each["type"] for each in told["features"]}
        rows = [each["row"] for each in told["rows"]]
    except (KeyError, TypeError) as error:
        raise Unanswered from error
    if not features:
        raise Unanswered
    return FirstRows(subset=subset, split=split, features=features, rows=shortened(rows))


def shortened(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As many rows as a page bears, at least one, with long cells cut."""
    kept: list[dict[str, Any]] = []
    left = _ROWS_CHARACTERS
    for row in rows[:ROWS]:
        most = max(40, min(_CELL_CHARACTERS, _ROWS_CHARACTERS // max(1, len(row))))
        short = {name: _short(value, most) for name, value in row.items()}
        left -= len(str(short))
        if kept and left < 0:
            break
        kept.append(short)
    return kept


def _short(value: Any, most: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= most else f"{value[:most]}…"
    if isinstance(value, list):
        return [_short(each, most) for each in value[:most]]
    if isinstance(value, Mapping):
        return {str(name): _short(each, most) for name, each in value.items()}
    if value is None or isinstance(value, bool | int | float):
        return value
    return _short(str(value), most)
