"""Two scatter plots of the same texts, as numbers that a template draws: one scale for both."""

from collections import Counter
from dataclasses import dataclass

from backend.models.seeing_schemas import MapOut

SIZE = 400.0
MARGIN = 10.0


@dataclass(frozen=True, kw_only=True)
class Dot:
    """`series` counts the groups from 1 on; 0 belongs to none. Coordinates from the upper left."""

    series: int
    x: float
    y: float


@dataclass(frozen=True, kw_only=True)
class Group:
    name: str
    series: int
    count: int


@dataclass(frozen=True, kw_only=True)
class Scatter:
    size: float
    base: list[Dot]
    tuned: list[Dot]
    groups: list[Group]


def scatter(shown: MapOut) -> Scatter:
    """Both maps in a square each, 0 in the middle; what is twice as far is so in both."""
    counts = Counter(point.group for point in shown.points if point.group)
    series = {name: n for n, name in enumerate(sorted(counts), 1)}
    pairs = [pair for point in shown.points for pair in (point.base, point.tuned)]
    reach = max((abs(value) for pair in pairs for value in pair), default=0.0) or 1.0
    scale = (SIZE / 2 - MARGIN) / reach

    def dot(group: str, at: tuple[float, float]) -> Dot:
        x, y = at
        return Dot(
            series=series.get(group, 0),
            x=round(SIZE / 2 + scale * x, 1),
            y=round(SIZE / 2 - scale * y, 1),
        )

    return Scatter(
        size=SIZE,
        base=[dot(point.group, point.base) for point in shown.points],
        tuned=[dot(point.group, point.tuned) for point in shown.points],
        groups=[Group(name=name, series=n, count=counts[name]) for name, n in series.items()],
    )
