"""Which of a query's nearest texts become its negatives."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

Strategy: TypeAlias = Literal["random", "top"]

MOST_ON_GPU = 2048  # texts that FAISS gives a query there
ROOM_FOR_FILTERS = 10  # times as many candidates where filters will drop some


@dataclass(frozen=True, kw_only=True)
class Rules:
    """`num_negatives` "top" or "random" ones of ranks `range_min` up to `range_max`, with scores
    from `min_score` to `max_score`, and below that of the query's lowest positive by
    `absolute_margin` and by the share `relative_margin` of it.

    Raises ValueError where no negatives could be found at all.
    """

    num_negatives: int
    sampling_strategy: Strategy
    include_positives: bool
    range_min: int
    range_max: int
    max_score: float | None
    min_score: float | None
    absolute_margin: float | None
    relative_margin: float | None

    def __post_init__(self) -> None:
        if self.sampling_strategy not in get_args(Strategy):
            raise ValueError(
                f'sampling_strategy is "random" or "top", not {self.sampling_strategy!r}.'
            )
        if self.num_negatives < 1:
            raise ValueError(f"num_negatives is {self.num_negatives}; ask for at least 1.")
        if self.range_min < 0:
            raise ValueError(f"range_min is {self.range_min}; ranks begin at 0.")
        if (left := self.range_max - self.range_min) < self.num_negatives:
            raise ValueError(
                f"Ranks {self.range_min} to {self.range_max} leave {max(left, 0)} candidates for "
                f"{self.num_negatives} negatives. Lower num_negatives or range_min, or raise "
                "range_max."
            )

    @property
    def filters(self) -> dict[str, float]:
        """Those limits of scores that are set, in the order in which they are applied."""
        names = ("absolute_margin", "relative_margin", "max_score", "min_score")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


def range_for(
    num_negatives: int, range_min: int, most_rows: int, some_are_dropped: bool, most: int | None
) -> int:
    """The range_max that leaves enough candidates, at most `most` with the positives."""
    wanted = num_negatives * (ROOM_FOR_FILTERS if some_are_dropped else 1)
    found = range_min + wanted + most_rows
    return found if most is None else min(found, most - most_rows)
