"""Where each size stands on the chart: what it costs from left to right, how good it is upwards. Pure.

Left to right in percent, since a page is as wide as it is; upwards in pixels.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backend.models.sizes.schemas import SizesOut, TriedOut

HEIGHT = 260
TOP, BOTTOM = 16, 224
"""Pixels between which the figures stand; below are the words of the axis."""

LEFT, RIGHT = 9.0, 97.0
"""Percent."""

DEEPEST = 8.0
"""Margins below the whole model that are shown: what is worse than that is drawn at the edge."""

APART = 0.9
"""Percent between sizes of equal cost that differ in their layers."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A size on the chart. `is_below`: it is worse than is shown."""

    size: TriedOut
    x: float
    y: float
    low: float
    high: float
    is_below: bool


@dataclass(frozen=True, kw_only=True)
class Tick:
    at: float
    said: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """`whole` and `margin` are lines across: the whole model's quality, and that less the margin."""

    marks: list[Mark]
    whole: float
    margin: float
    costs: list[Tick]
    qualities: list[Tick]


def by_bytes(table: SizesOut) -> Chart:
    """Quality over bytes a vector, each twice as far right as half of it."""
    costs = [math.log2(size.bytes_per_vector) for size in table.sizes]
    ends = min(costs), max(costs)
    powers = range(math.ceil(ends[0]), math.floor(ends[1]) + 1)
    step = max(1, math.ceil(len(powers) / 6))
    return _chart(table, costs, [(n, f"{2**n:,} B") for n in powers[::step]])


def by_time(table: SizesOut) -> Chart:
    """Quality over milliseconds a text."""
    costs = [size.milliseconds_per_text for size in table.sizes]
    wanted = (max(costs) - min(costs)) / 4 or max(costs) / 4 or 1.0
    step = _round(wanted)
    first = math.ceil(min(costs) / step)
    ticks = [n * step for n in range(first, math.floor(max(costs) / step) + 1)]
    return _chart(table, costs, [(value, f"{value:.3g} ms") for value in ticks])


def _chart(table: SizesOut, costs: Sequence[float], ticks: Sequence[tuple[float, str]]) -> Chart:
    place, up = _along(costs), _up(table)
    whole = table.sizes[0]
    depths = sorted({size.layers or 0 for size in table.sizes}, reverse=True)
    floor = _floor(table)
    return Chart(
        marks=[
            Mark(
                size=size,
                x=round(place(cost) - APART * depths.index(size.layers or 0), 2),
                y=up(size.quality),
                low=up(whole.quality + size.ci95[0]),
                high=up(whole.quality + size.ci95[1]),
                is_below=size.quality < floor,
            )
            for size, cost in zip(table.sizes, costs, strict=True)
        ],
        whole=up(whole.quality),
        margin=up(whole.quality - table.margin),
        costs=[Tick(at=round(place(value), 2), said=said) for value, said in ticks],
        qualities=[Tick(at=up(value), said=f"{value:.2f}") for value in _qualities(table)],
    )


def _along(costs: Sequence[float]) -> Callable[[float], float]:
    low, high = min(costs), max(costs)
    apart = (high - low) or 1.0
    return lambda cost: LEFT + 3 + (RIGHT - LEFT - 3) * (cost - low) / apart


def _up(table: SizesOut) -> Callable[[float], float]:
    low, high = _floor(table), _ceiling(table)

    def up(quality: float) -> float:
        inside = min(max(quality, low), high)
        return round(BOTTOM - (BOTTOM - TOP) * (inside - low) / (high - low), 1)

    return up


def _floor(table: SizesOut) -> float:
    whole = table.sizes[0].quality
    lowest = min(whole + size.ci95[0] for size in table.sizes)
    return max(lowest, whole - DEEPEST * table.margin) - table.margin / 4


def _ceiling(table: SizesOut) -> float:
    whole = table.sizes[0].quality
    return max(whole + max(size.ci95[1], 0.0) for size in table.sizes) + table.margin / 4


def _qualities(table: SizesOut) -> list[float]:
    low, high = _floor(table), _ceiling(table)
    step = _round((high - low) / 4)
    return [n * step for n in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _round(wanted: float) -> float:
    """1, 2 or 5 times a power of ten, the next above."""
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(n * power for n in (1, 2, 5, 10) if n * power >= wanted * (1 - 1e-9))
