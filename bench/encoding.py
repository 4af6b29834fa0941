"""`encode` of many texts, timed."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from bench.sides import Side
from bench.texts import Pairs


@dataclass(frozen=True)
class Encoding:
    """Encode the second texts of so many pairs, in batches as a user's default has them."""

    pairs: Callable[[int], Pairs]
    rows: int

    def lasting(self, seconds: float, first: float, whole: float) -> Self:
        """Its texts are as many on every machine."""
        return self

    def run(self, side: Side, steps: int | None = None) -> tuple[float, list[float]]:
        """Seconds; there is no loss. `steps` only says that this is to warm up: fewer texts."""
        texts = [text for _, text in self.pairs(self.rows)]
        model = side.model()
        began = time.perf_counter()
        model.encode(texts[:64] if steps else texts, show_progress_bar=False)
        return time.perf_counter() - began, []
