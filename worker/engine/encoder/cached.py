"""Gradient caching: batches of any size in the memory of a chunk.

A contrastive loss needs all embeddings of a batch at once, but not all activations. So a chunk's
forward keeps none; the loss is computed, its gradient comes back to the embeddings, and each chunk
is encoded again, with the same dropout, to carry that gradient on to the weights. This is
activation checkpointing with a chunk of texts as its segment, and the graph that torch builds for
it is an ordinary one: gradient scaling, accumulation, several devices, several losses of one
batch, wrappers and losses with parts need nothing of their own.

What a chunk may hold is a number of tokens. Where a model leaves out padding, the texts of all
columns are sorted by length first, so that a chunk holds the most of them; and chunks for which there
is room keep their activations, and need no second forward.

Source: Gao et al. 2021, arXiv 2101.06983
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint
from tqdm import tqdm  # type: ignore[import-untyped]  # ships no types

from worker.engine.encoder.joined import joined
from worker.engine.encoder.protocols import Encoder, Read, sentence_embedding
from worker.engine.model import rows
from worker.engine.model.modules.module import Features
from worker.engine.packing import levers

log = logging.getLogger(__name__)

CPU_CHUNK_TOKENS = 1_024
"""More at a time is no faster on a CPU: its caches are full."""


@dataclass(frozen=True)
class Cached:
    """Texts in chunks whose activations are dropped, and made again for the backward pass.

    A chunk has `mini_batch_size` texts, or as many as have `mini_batch_num_tokens` tokens together.
    Costs a second forward; needs the memory of one chunk, and of the embeddings of all. Of texts
    without padding, the room is that of `mini_batch_size` of the longest: a chunk may hold more of
    shorter ones, and the last chunks, as many as the room holds, are encoded once.
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
        whole = joined(model, columns)
        if whole is None:
            return [self._column(model, features, read) for features in columns]
        sizes = [rows.count(features) for features in columns]
        return list(torch.split(self._by_length(model, whole, read), sizes))

    def _column(self, model: Encoder, features: Features, read: Read) -> Tensor:
        spans = list(rows.chunks(features, self.mini_batch_size, self.mini_batch_num_tokens))
        parts = [
            checkpoint(read, model, rows.take(features, span), use_reentrant=False)
            for span in self._told(spans)
        ]
        return torch.cat(parts)

    def _by_length(self, model: Encoder, features: Features, read: Read) -> Tensor:
        """The same of texts that are sorted by length, in chunks of so many tokens."""
        length_B = features["attention_mask"].sum(dim=1)
        order_B = torch.argsort(length_B, descending=True, stable=True)
        lengths = length_B[order_B].tolist()
        room = self.mini_batch_num_tokens or self.mini_batch_size * lengths[0]
        chunk_tokens = min(room, CPU_CHUNK_TOKENS) if model.device.type == "cpu" else room
        first_kept = _first_kept(lengths, room)
        again = list(_even_spans(lengths[:first_kept], chunk_tokens))
        spans = again + [
            slice(first_kept + span.start, first_kept + span.stop)
            for span in _even_spans(lengths[first_kept:], chunk_tokens)
        ]
        log.debug(
            "gradient caching: %d chunks of %d tokens at most, of which the last %d keep their "
            "activations, in the room of %d tokens",
            *(len(spans), chunk_tokens, len(spans) - len(again), room),
        )
        parts = []
        for n, span in enumerate(self._told(spans)):
            taken = rows.take(features, order_B[span])
            parts.append(
                checkpoint(read, model, taken, use_reentrant=False)
                if n < len(again)
                else read(model, taken)
            )
        return torch.cat(parts)[torch.argsort(order_B)]

    def _told(self, spans: list[slice]) -> Iterator[slice]:
        yield from tqdm(spans, desc="Encode chunks", disable=not self.show_progress_bar)


def _even_spans(lengths_B: Sequence[int], most_tokens: int) -> Iterator[slice]:
    """Neighbours that have so many tokens together at most, and all about the same; a text that has
    more alone is one by itself."""
    total = sum(lengths_B)
    each = total / max(1, -(-total // most_tokens))
    first = tokens = 0
    for n, length in enumerate(lengths_B):
        is_full = tokens + length > most_tokens or tokens + length / 2 > each
        if n > first and is_full:
            yield slice(first, n)
            first, tokens = n, 0
        tokens += length
    if lengths_B:
        yield slice(first, len(lengths_B))


def _first_kept(lengths_B: Sequence[int], room: int) -> int:
    """From which text on activations are kept: as many, from the last, as the room holds.

    The backward pass begins with the last. It has used up what was kept, and freed it, before it
    makes a chunk again.
    """
    if not levers.is_on(levers.KEPT_GRAPHS):
        return len(lengths_B)
    first = len(lengths_B)
    while first and lengths_B[first - 1] <= room:
        first -= 1
        room -= lengths_B[first]
    return first
