"""Further datasets of a plan: which there are to add, and how one is added. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from backend.datasets.tables import Dataset
from backend.ids import VersionId


@dataclass(frozen=True, kw_only=True)
class More:
    """A dataset that a plan may learn from, too, by its newest version."""

    version: VersionId
    name: str


def to_add(recipe: dict[str, Any], datasets: Iterable[Dataset]) -> list[More]:
    """Those that the plan doesn't have yet."""
    there = {use.get("version") for use in recipe["datasets"] if isinstance(use, dict)}
    newest = [(dataset.name, dataset.versions[0].id) for dataset in datasets if dataset.versions]
    return [More(version=id_, name=name) for name, id_ in newest if str(id_) not in there]


def added(recipe: dict[str, Any], other: dict[str, Any]) -> None:
    """Let the plan learn from the data of `other`, a recipe that was suggested for it: with that
    one's mapping, and its loss where the plan has another."""
    use = {key: other["datasets"][0][key] for key in ("version", "mapping")}
    own = {} if other["loss"] == recipe.get("loss") else {"loss": other["loss"]}
    recipe["datasets"].append({**use, **own})
