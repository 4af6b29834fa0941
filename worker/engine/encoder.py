"""How the embeddings of a batch come to be. The one place that decides it; losses only use them."""

from collections.abc import Iterable
from typing import Protocol

import torch
from torch import Tensor

from worker.engine.model.modules.module import Features


class Encoder(Protocol):
    """What a loss needs of a model: features in, features with sentence_embedding out."""

    @property
    def device(self) -> torch.device: ...

    def __call__(self, features: Features) -> Features: ...


def embed_columns(model: Encoder, sentence_features: Iterable[Features]) -> list[Tensor]:
    """One embedding B×D a column, in column order; each column in a forward of its own.

    Apart, a column of questions isn't padded to the longest passage of another.
    """
    return [model(dict(features))["sentence_embedding"] for features in sentence_features]
