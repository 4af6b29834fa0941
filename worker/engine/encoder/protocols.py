"""What a loss sees of a model. Legend: B texts, D dimensions."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias

import torch
from torch import Tensor

from worker.engine.model.modules.module import Features


class Encoder(Protocol):
    """What a loss needs of a model: features in, features with sentence_embedding out."""

    @property
    def device(self) -> torch.device: ...

    def __call__(self, features: Features) -> Features: ...


Read: TypeAlias = Callable[[Encoder, Features], Tensor]
"""One forward, and what is taken from it: a row for each text. The features stay as they were."""


def sentence_embedding(model: Encoder, features: Features) -> Tensor:
    """The embedding of each text: B×D."""
    embedding: Tensor = model(dict(features))["sentence_embedding"]
    return embedding


class Encoding(Protocol):
    """Chooses the forwards by which the columns of a batch become one tensor each, rows in order.

    `score_rows` is for how many texts at a time a loss should compare them with all others; None
    is all at once.
    """

    @property
    def score_rows(self) -> int | None: ...

    def __call__(
        self, model: Encoder, columns: Sequence[Features], read: Read = sentence_embedding
    ) -> list[Tensor]: ...
