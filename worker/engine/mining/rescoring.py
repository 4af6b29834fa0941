"""Scores by a model that reads query and text together."""

import inspect
from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from worker.engine.mining.candidates import NOTHING
from worker.engine.retrieval.nearest import Nearest

PAIRS_AT_ONCE = 8192


class Predicts(Protocol):
    """Anything that scores pairs of texts: higher is more alike."""

    def predict(self, sentences: Any, /) -> Any: ...


class Judge:
    """`cross_encoder` with the options among ours that its `predict` knows by name."""

    def __init__(self, cross_encoder: Predicts, **options: Any) -> None:
        known = inspect.signature(cross_encoder.predict).parameters
        self.cross_encoder = cross_encoder
        self.options = {name: value for name, value in options.items() if name in known}

    def scores(self, pairs: list[tuple[str, str]]) -> Tensor:
        """One 32-bit score a pair. Raises ValueError if `predict` gives anything else."""
        parts = [self._scores(some) for some in _parts(pairs)]
        return torch.cat(parts) if parts else torch.empty(0)

    def _scores(self, pairs: list[tuple[str, str]]) -> Tensor:
        given = self.cross_encoder.predict(pairs, **self.options)
        scores = given if isinstance(given, Tensor) else torch.as_tensor(np.asarray(given))
        if scores.numel() != len(pairs):
            raise ValueError(
                f"predict gave {tuple(scores.shape)} for {len(pairs)} pairs; one score a pair is "
                "needed."
            )
        return scores.detach().cpu().float().reshape(-1)

    def rescored(self, found: Nearest, queries: list[str], corpus: list[str]) -> Nearest:
        """The same candidates by this judge's scores."""
        is_there = found.places != NOTHING
        pairs = [
            (query, corpus[place])
            for query, places in zip(queries, found.places.tolist(), strict=True)
            for place in places
            if place != NOTHING
        ]
        scores = torch.full(found.scores.shape, -torch.inf)
        scores[is_there] = self.scores(pairs)
        return Nearest(scores, found.places)


def _parts(pairs: list[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    for start in range(0, len(pairs), PAIRS_AT_ONCE):
        yield pairs[start : start + PAIRS_AT_ONCE]
