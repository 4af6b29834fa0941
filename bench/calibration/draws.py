"""Draws under a truth that is known by construction, and how often the verdict says it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.catalog.rows import Statistic
from backend.catalog.statistics import metric_of
from backend.proof.bootstrap import Difference, compare
from backend.proof.power import power

Items = NDArray[np.float64]

BARE = 0.005
"""A difference that many would call an improvement as it stands."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Two models' items of a whole dataset, and how many of them a draw has."""

    name: str
    statistic: Statistic
    before: Items
    after: Items
    count: int
    draws: int
    seed: int


@dataclass(frozen=True, kw_only=True)
class Found:
    """Shares of the draws; `gap` is the chance that was announced less the share that was found."""

    cell: str
    count: int
    draws: int
    called_better: float
    bare_better: float
    covered: float | None = None
    announced: float | None = None
    found: float | None = None


def null(cell: Cell) -> Found:
    """The scores of the two are swapped by a fair coin, question by question: no difference."""
    return _found(cell, _swapped)


def seeds(cell: Cell) -> Found:
    """Two trainings of one recipe, on so many of the questions."""
    return _found(cell, _as_they_are)


def planted(cell: Cell) -> Found:
    """The whole dataset is the truth, and its difference is known; a draw is a sample of it."""
    random = np.random.default_rng(cell.seed)
    truth = metric_of(cell.statistic, cell.after) - metric_of(cell.statistic, cell.before)
    covered = told = better = 0
    errors = []
    for _ in range(cell.draws):
        places = random.integers(0, len(cell.before), cell.count)
        seen = compare(cell.statistic, cell.before[places], cell.after[places])
        low, high = seen.interval()
        covered += low <= truth <= high
        told += low > 0 if truth > 0 else high < 0
        better += low > 0
        errors.append(seen.error)
    return Found(
        cell=cell.name,
        count=cell.count,
        draws=cell.draws,
        called_better=better / cell.draws,
        bare_better=0.0,
        covered=covered / cell.draws,
        announced=power(truth, float(np.median(errors))),
        found=told / cell.draws,
    )


def _found(cell: Cell, made: Callable[[np.random.Generator, Cell], tuple[Items, Items]]) -> Found:
    random = np.random.default_rng(cell.seed)
    drawn: list[Difference] = [
        compare(cell.statistic, *made(random, cell)) for _ in range(cell.draws)
    ]
    return Found(
        cell=cell.name,
        count=cell.count,
        draws=cell.draws,
        called_better=sum(each.interval()[0] > 0 for each in drawn) / cell.draws,
        bare_better=sum(each.value >= BARE for each in drawn) / cell.draws,
    )


def _swapped(random: np.random.Generator, cell: Cell) -> tuple[Items, Items]:
    before, after = _as_they_are(random, cell)
    heads = random.random(cell.count) < 0.5
    heads = heads if before.ndim == 1 else heads[:, None]
    return np.where(heads, before, after), np.where(heads, after, before)


def _as_they_are(random: np.random.Generator, cell: Cell) -> tuple[Items, Items]:
    places = random.permutation(len(cell.before))[: cell.count]
    return cell.before[places], cell.after[places]
