"""Subsets and splits of a dataset: as its viewer tells them, else as its card declares them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from backend.hub.access import Access
from backend.hub.asking import Unanswered, ask_viewer


@dataclass(frozen=True, kw_only=True)
class Split:
    """`rows` is None where nobody counted them."""

    name: str
    rows: int | None


@dataclass(frozen=True, kw_only=True)
class Subset:
    name: str
    splits: tuple[Split, ...]

    def named(self, name: str | None) -> Split | None:
        """The split of this name; without one the training split, else the first."""
        by_name = {split.name: split for split in self.splits}
        if name is not None:
            return by_name.get(name)
        return by_name.get("train") or next(iter(self.splits), None)


Subsets = tuple[Subset, ...]


@lru_cache(maxsize=256)
def of_viewer(access: Access, repo: str, commit: str) -> Subsets:
    """Raises Unanswered. `commit` makes the answer one of this state of the dataset."""
    told = ask_viewer(access, "/splits", {"dataset": repo})
    rows = _sizes(access, repo)
    found: dict[str, list[Split]] = {}
    for each in _listed(told, "splits"):
        config, split = str(each["config"]), str(each["split"])
        found.setdefault(config, []).append(Split(name=split, rows=rows.get((config, split))))
    if not found:
        raise Unanswered
    return tuple(Subset(name=name, splits=tuple(splits)) for name, splits in found.items())


def of_card(card: Any) -> Subsets:
    """What the YAML of a dataset's page says; nothing where it says nothing of splits."""
    if not isinstance(card, Mapping):
        return ()
    counted = [_counted(each) for each in _listed(card, "dataset_info")]
    declared = [_declared(each) for each in _listed(card, "configs")]
    by_name = {subset.name: subset for subset in [*declared, *counted] if subset.splits}
    names = [subset.name for subset in [*declared, *counted]]
    if not names or any(name not in by_name for name in names):
        return ()  # half a list would hide the rest
    return tuple(by_name.values())


def _sizes(access: Access, repo: str) -> dict[tuple[str, str], int]:
    try:
        told = ask_viewer(access, "/size", {"dataset": repo})
    except Unanswered:
        return {}
    size = told.get("size") if isinstance(told, Mapping) else None
    return {
        (str(each["config"]), str(each["split"])): int(each["num_rows"])
        for each in _listed(size, "splits")
        if isinstance(each.get("num_rows"), int)
    }


def _counted(info: Mapping[str, Any]) -> Subset:
    splits = [
        Split(name=str(each["name"]), rows=each.get("num_examples"))
        for each in _listed(info, "splits")
        if "name" in each
    ]
    return Subset(name=str(info.get("config_name") or "default"), splits=tuple(splits))


def _declared(config: Mapping[str, Any]) -> Subset:
    splits = [
        Split(name=str(each["split"]), rows=None)
        for each in _listed(config, "data_files")
        if "split" in each
    ]
    return Subset(name=str(config.get("config_name") or "default"), splits=tuple(splits))


def _listed(value: Any, name: str) -> list[Mapping[str, Any]]:
    """The mappings at `name`: a list of them, or one alone."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return [each for each in (found if isinstance(found, list) else [found])
            if isinstance(each, Mapping)]  # fmt: skip
