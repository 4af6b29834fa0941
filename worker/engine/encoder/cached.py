"""Gradient caching: batches of any size in the memory of a chunk.

A contrastive loss needs all embeddings of a batch at once, but not all activations. So a chunk's
forward keeps none; the loss is computed, its gradient comes back to the embeddings, and each chunk
is encoded again, with the same dropout, to carry that gradient on to the weights. This is
activation checkpointing with a chunk of texts as its segment, and the graph that torch builds for
it is an ordinary one: gradient scaling, accumulation, several devices, several losses of one
batch, wrappers and losses with parts need nothing of their own.

Source: Gao et al. 2021, arXiv 2101.06983
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint
from tqdm import tqdm  # type: ignore[import-untyped]  # ships no types

from worker.engine.encoder import rows
from worker.engine.encoder.protocols import Encoder, Read, sentence_embedding
from worker.engine.model.modules.module import Features


@dataclass(frozen=True)
class Cached:
    """Each column in chunks whose activations are dropped, and made again for the backward pass.

    A chunk has `mini_batch_size` texts, or as many as have `mini_batch_num_tokens` tokens together.
    Costs a second forward; needs the memory of one chunk, and of the embeddings of all.
    Errors: ValueError for a size below 1, and for features that can't be cut into rows.
    """

    mini_batch_size: int = 32
    mini_batch_num_tokens: int | None = None
    show_progress_bar: bool = False

    def __post_init__(self) -> None:
        for name in ("mini_batch_size", "mini_batch_num_tokens"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"{name} is 1 or more, not {value}.")

    @property
    def score_rows(self) -> int:
        """Scores of a batch's texts with each other are made for as many at a time, too."""
        return self.mini_batch_size

    def __call__(
        self, model: Encoder, columns: Sequence[Features], read: Read = sentence_embedding
    ) -> list[Tensor]:
        return [self._column(model, features, read) for features in columns]

    def _column(self, model: Encoder, features: Features, read: Read) -> Tensor:
        spans = list(rows.chunks(features, self.mini_batch_size, self.mini_batch_num_tokens))
        told = tqdm(spans, desc="Encode chunks", disable=not self.show_progress_bar)
        parts = [
            checkpoint(read, model, rows.take(features, span), use_reentrant=False) for span in told
        ]
        return torch.cat(parts)
