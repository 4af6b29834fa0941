"""Attention of texts that stand in one row: each bucket in a padded block of its own.

Registered with transformers' AttentionInterface; a model that is asked for this implementation
hands the `layout` on, makes no mask, and is otherwise as it was.

Legend: N tokens of the row, H heads, d dimensions of a head, R texts and W tokens of a bucket.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface

from worker.engine.packing.layout import Bucket, Layout

NAME = "likewise_packed"


def attend(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    *,
    layout: Layout,
    **_: Any,
) -> tuple[Tensor, None]:
    """1×H×N×d each → 1×N×H×d: every token sees those of its own text."""
    rows = [tensor[0].transpose(0, 1) for tensor in (query, key, value)]
    blocks = [_of_bucket(rows, bucket, dropout, scaling) for bucket in layout.buckets]
    return torch.cat(blocks).unsqueeze(0), None


def _of_bucket(
    rows_NHd: list[Tensor], bucket: Bucket, dropout: float, scaling: float | None
) -> Tensor:
    query, key, value = (_block(row[bucket.tokens], bucket).transpose(1, 2) for row in rows_NHd)
    mask = None if bucket.is_real_RW is None else bucket.is_real_RW[:, None, None, :]
    found_RHWd = scaled_dot_product_attention(
        query, key, value, attn_mask=mask, dropout_p=dropout, scale=scaling
    )
    flat = found_RHWd.transpose(1, 2).flatten(0, 1)
    return flat if bucket.real is None else flat.index_select(0, bucket.real)


def _block(tokens: Tensor, bucket: Bucket) -> Tensor:
    padded = tokens if bucket.from_row is None else tokens.index_select(0, bucket.from_row)
    return padded.view(bucket.texts, bucket.width, *padded.shape[1:])


AttentionInterface.register(NAME, attend)


@contextmanager
def packed_attention(config: Any) -> Iterator[None]:
    """A model with this config attends so, meanwhile."""
    before = config._attn_implementation
    config._attn_implementation = NAME
    try:
        yield
    finally:
        config._attn_implementation = before
