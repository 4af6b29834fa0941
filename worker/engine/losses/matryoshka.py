"""Embeddings whose beginnings are embeddings. Legend: B rows, D dimensions."""

import logging
import random
from collections.abc import Sequence
from functools import reduce
from typing import Any

from torch import Tensor, nn

from worker.engine.encoder import Encoder
from worker.engine.losses import citations
from worker.engine.losses.loss import LossValue
from worker.engine.losses.wrapper import Wrapper, added, weighted
from worker.engine.similarity import normalize_embeddings

log = logging.getLogger(__name__)


class MatryoshkaLoss(Wrapper):
    """Σ_d weight_d · loss(normalised first d dimensions), over matryoshka_dims, or over
    `n_dims_per_step` of them, drawn for each batch.

    The texts are encoded once for all widths. A teacher's embeddings as labels are cut alike.
    Shapes: those of `loss`, which may be a wrapper, be cached, or be a module of your own
    (foreign.py says what that has to keep to).
    Errors: ValueError for no dimension, one below 1 or above the model's, or weights of another
    number. A warning if the model's full width isn't among them, which is then not trained.
    Source: Kusupati et al. 2022, arXiv 2205.13147
    """

    def __init__(
        self,
        model: Encoder,
        loss: nn.Module,
        matryoshka_dims: Sequence[int],
        matryoshka_weights: Sequence[float] | None = None,
        n_dims_per_step: int = -1,
    ) -> None:
        super().__init__(model, loss)
        dims = list(matryoshka_dims)
        weights = [1.0] * len(dims) if matryoshka_weights is None else list(matryoshka_weights)
        _check(dims, weights, getattr(model, "get_embedding_dimension", lambda: None)())
        by_width = sorted(zip(dims, weights, strict=True), key=lambda pair: pair[0], reverse=True)
        self.matryoshka_dims = tuple(dim for dim, _ in by_width)
        self.matryoshka_weights = tuple(weight for _, weight in by_width)
        self.n_dims_per_step = n_dims_per_step

    def compute(self, embeddings: list[Tensor], labels: Any) -> LossValue:
        full = embeddings[0].shape[-1]
        parts = []
        for place in self._drawn():
            dim = self.matryoshka_dims[place]
            shorter = [shortened(embedding, dim) for embedding in embeddings]
            value = self.loss.compute(shorter, self.loss.cut(labels, full, dim))
            parts.append(weighted(value, self.matryoshka_weights[place]))
        return reduce(added, parts)

    def _drawn(self) -> Sequence[int]:
        places = range(len(self.matryoshka_dims))
        if 0 < self.n_dims_per_step < len(places):
            return sorted(random.sample(places, self.n_dims_per_step))
        return places

    def get_config_dict(self) -> dict[str, Any]:
        return {
            "loss": self.inner_name,
            "matryoshka_dims": self.matryoshka_dims,
            "matryoshka_weights": self.matryoshka_weights,
            "n_dims_per_step": self.n_dims_per_step,
        }

    @property
    def citation(self) -> str:
        return citations.MATRYOSHKA


def shortened(embeddings: Tensor, dim: int) -> Tensor:
    """The first `dim` dimensions, as vectors of length 1. Raises ValueError if there are fewer."""
    if dim > embeddings.shape[-1]:
        raise ValueError(
            f"The model's embeddings have {embeddings.shape[-1]} dimensions; matryoshka_dims asks "
            f"for {dim}. Take that one out."
        )
    return normalize_embeddings(embeddings[..., :dim])


def _check(dims: list[int], weights: Sequence[float], full: int | None) -> None:
    if not dims or min(dims) < 1:
        raise ValueError(f"matryoshka_dims are one or more widths of 1 or more, not {dims}.")
    if len(weights) != len(dims):
        raise ValueError(
            f"matryoshka_weights has {len(weights)} values for the {len(dims)} of matryoshka_dims. "
            "Give one for each."
        )
    if full is not None and max(dims) > full:
        raise ValueError(
            f"matryoshka_dims asks for {max(dims)} dimensions, and the model has {full}. "
            f"Take those above {full} out."
        )
    if full is not None and full not in dims:
        log.warning(
            "matryoshka_dims %s lacks the model's own width, %d: embeddings that nobody cuts are "
            "then not trained.",
            dims,
            full,
        )
