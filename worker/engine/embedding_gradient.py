"""The gradient of word embeddings, kept from step to step.

A batch touches a few hundred rows of a table of tens of thousands. The framework makes a gradient of
the whole table each time, zero but for these: on a CPU that alone is a tenth of a small step. Here
the table of gradients stays, rows are added to it, and only rows that were touched are zeroed again.

Legend: V words, D dimensions, N tokens.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding as look_up

from worker.engine.packing import levers


class _Kept:
    """A gradient V×D that is zero but for the rows in `touched`."""

    def __init__(self) -> None:
        self.grad_VD: Tensor | None = None
        self.touched: list[Tensor] = []

    def add(self, weight_VD: Tensor, ids_N: Tensor, rows_ND: Tensor) -> None:
        if weight_VD.grad is None:
            weight_VD.grad = self._emptied(weight_VD)
        weight_VD.grad.index_add_(0, ids_N, rows_ND.to(weight_VD.grad.dtype))
        if weight_VD.grad is self.grad_VD:
            self.touched.append(ids_N)

    def _emptied(self, weight_VD: Tensor) -> Tensor:
        if self.grad_VD is None or self.grad_VD.shape != weight_VD.shape:
            self.grad_VD = torch.zeros_like(weight_VD)
        for ids_N in self.touched:
            self.grad_VD.index_fill_(0, ids_N, 0.0)
        self.touched = []
        return self.grad_VD


class _Lookup(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, weight_VD: Tensor, ids: Tensor, padding: int | None, kept: _Kept
    ) -> Tensor:
        ctx.save_for_backward(ids)
        # Not among what is saved: gradient checkpointing would hand back another tensor than ours.
        ctx.weight_VD, ctx.padding, ctx.kept = weight_VD, padding, kept
        return look_up(ids, weight_VD)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[None, None, None, None]:
        weight_VD, (ids,) = ctx.weight_VD, ctx.saved_tensors
        ids_N, rows_ND = ids.flatten(), grads[0].reshape(-1, weight_VD.shape[1])
        if ctx.padding is not None:  # it has no gradient
            is_word_N = ids_N != ctx.padding
            ids_N, rows_ND = ids_N[is_word_N], rows_ND[is_word_N]
        ctx.kept.add(weight_VD, ids_N, rows_ND)
        return None, None, None, None


class _KeepingEmbedding(nn.Embedding):
    """What an nn.Embedding is meanwhile."""

    kept: _Kept

    def forward(self, input: Tensor) -> Tensor:
        if not torch.is_grad_enabled() or not self.weight.requires_grad or _is_heard(self.weight):
            return super().forward(input)
        found: Tensor = _Lookup.apply(  # type: ignore[no-untyped-call]
            self.weight, input, self.padding_idx, self.kept
        )
        return found


def _is_heard(weight: Tensor) -> bool:
    """Whether somebody wants to be told of its gradient, which here does not come by the usual way."""
    return bool(weight._backward_hooks) or bool(
        getattr(weight, "_post_accumulate_grad_hooks", None)
    )


@contextmanager
def kept(root: nn.Module) -> Iterator[None]:
    """Keep the gradients of the word embeddings in `root` meanwhile.

    For one process on a CPU: several exchange gradients by hooks that would never hear of these, and
    a GPU zeroes a table in microseconds. A table that something else learns too, such as a decoder
    that shares it, is left alone.
    """
    with ExitStack() as stack:
        if levers.is_on(levers.EMBEDDING_GRADIENT):
            for table in _tables(root):
                stack.enter_context(_keeping(table))
        yield


@contextmanager
def _keeping(table: nn.Embedding) -> Iterator[None]:
    table.__class__ = _KeepingEmbedding
    table.kept = _Kept()  # type: ignore[assignment]  # it is one that keeps now
    try:
        yield
    finally:
        table.__class__ = nn.Embedding
        del table.kept


def _tables(root: nn.Module) -> list[nn.Embedding]:
    owners = [
        (module, parameter)
        for module in root.modules()
        for parameter in module.parameters(recurse=False)
    ]
    times = {id(parameter): 0 for _, parameter in owners}
    for _, parameter in owners:
        times[id(parameter)] += 1
    return [
        module
        for module in root.modules()
        if type(module) is nn.Embedding
        and times[id(module.weight)] == 1
        and module.weight.device.type == "cpu"
        and not module.sparse
        and not module.scale_grad_by_freq
        and module.max_norm is None
    ]
