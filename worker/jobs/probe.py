"""`python -m worker.jobs.probe`: how fast this machine is at what trainings do, as one line of JSON.

Two layers as wide as a small model's learn and read texts of two lengths, and so does the optimizer
with some weights; each a few times, the quickest counts: nothing disturbed it. It ends when its
standard input does: whoever asked has work to do, or is gone.
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np
import psutil
import torch
from transformers import BertConfig, BertModel

from backend.recipes.estimate.model_facts import ModelFacts, of_config
from backend.recipes.estimate.reckoned import BACKWARD
from backend.recipes.estimate.speed import CPU, Pass, Speed
from worker.engine.packing import without_padding
from worker.jobs.precision import AMPERE
from worker.jobs.spending import device_name

TIMES = 7
FEWEST, MOST_SECONDS = 2, 4.0
"""Of one work, on a machine that is slow or busy: not more than needed."""

WIDTH, LAYERS, VOCABULARY = 384, 2, 1_000
DROPOUT = 0.1
TINY, SHORT, LONG = (2, 8, 12), (128, 10, 24), (12, 150, 250)
"""Texts of a batch, their fewest tokens and their most."""

WEIGHTS, TENSORS = 1_000_000, 12
"""What the optimizer moves: about as much as a small model has."""

ROWS, INNER = 1_024, 768


@dataclass(frozen=True)
class _Batch:
    ids_BT: torch.Tensor
    mask_BT: torch.Tensor
    tokens: float
    square: float


def main() -> int:
    threading.Thread(target=_end_with_the_asker, daemon=True).start()
    began = time.monotonic()
    import_module("worker.jobs.train")  # what a training has loaded, and how long that takes
    ready_seconds = time.monotonic() - began
    ready_bytes = int(psutil.Process().memory_info().rss)
    device = torch.device("cuda" if torch.cuda.is_available() else CPU)
    print(_measured(device, ready_bytes, ready_seconds).model_dump_json(), flush=True)
    return 0


def _measured(device: torch.device, ready_bytes: int, ready_seconds: float) -> Speed:
    torch.manual_seed(0)
    flops = _flops(device, torch.float32)
    is_gpu = device.type == "cuda"
    has_half = is_gpu and torch.cuda.get_device_capability() >= AMPERE
    config = BertConfig(
        vocab_size=VOCABULARY,
        hidden_size=WIDTH,
        num_hidden_layers=LAYERS,
        num_attention_heads=12,
        intermediate_size=4 * WIDTH,
        hidden_dropout_prob=DROPOUT,
        attention_probs_dropout_prob=DROPOUT,
    )
    model: Any = BertModel(config, add_pooling_layer=False)
    model.to(device)
    facts = of_config(config.to_dict(), sum(p.numel() for p in model.parameters()), None)
    batches = [_batch(*shape, device) for shape in (TINY, SHORT, LONG)]
    model.train()
    learn = [_seconds(partial(_learn, model, batch), device) for batch in batches]
    model.eval()
    with torch.inference_mode():
        read = [_seconds(partial(_hidden, model, batch), device) for batch in batches]
    return Speed(
        device=device_name(),
        flops_per_second=flops,
        half_flops_per_second=_flops(device, torch.bfloat16) if has_half else None,
        learn=_pass(learn, batches, facts, flops, 1 + BACKWARD),
        read=_pass(read, batches, facts, flops, 1),
        update_seconds=_update_seconds(device),
        ready_bytes=ready_bytes,
        ready_seconds=ready_seconds,
        memory_bytes=torch.cuda.get_device_properties(device).total_memory
        if is_gpu
        else psutil.virtual_memory().total,
    )


def _batch(texts: int, fewest: int, most: int, device: torch.device) -> _Batch:
    lengths = torch.linspace(fewest, most, texts).long()
    mask_BT = torch.arange(most)[None, :] < lengths[:, None]
    ids_BT = torch.randint(1, VOCABULARY, mask_BT.shape) * mask_BT
    return _Batch(
        ids_BT.to(device),
        mask_BT.long().to(device),
        float(lengths.sum()),
        float((lengths**2).sum()),
    )


def _hidden(model: Any, batch: _Batch) -> torch.Tensor:
    inputs = {"input_ids": batch.ids_BT, "attention_mask": batch.mask_BT}
    found = without_padding(model, inputs) or model(**inputs)
    hidden_BTD: torch.Tensor = found.last_hidden_state
    return hidden_BTD


def _learn(model: Any, batch: _Batch) -> None:
    model.zero_grad(set_to_none=True)
    torch.autograd.backward(_hidden(model, batch).square().mean())


def _flops(device: torch.device, dtype: torch.dtype) -> float:
    """Of a matrix product as a feed-forward layer has it."""
    one = torch.randn(ROWS, INNER, device=device, dtype=dtype)
    other = torch.randn(INNER, 4 * INNER, device=device, dtype=dtype)
    seconds = _seconds(lambda: one @ other, device, times=4 * TIMES)
    return 2 * ROWS * INNER * 4 * INNER / seconds


def _update_seconds(device: torch.device) -> float:
    """For one weight: its new gradient, its share of the norm, its step."""
    weights = [torch.nn.Parameter(torch.randn(WEIGHTS, device=device)) for _ in range(TENSORS)]
    optimizer = torch.optim.AdamW(weights, lr=1e-5, fused=True)

    def step() -> None:
        for weight in weights:
            weight.grad = torch.full_like(weight, 1e-3)
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    return _seconds(step, device) / (WEIGHTS * TENSORS)


def _pass(
    seconds: list[float], batches: list[_Batch], facts: ModelFacts, flops: float, times: float
) -> Pass:
    """What is left of a layer's time beside its matrix products: by two batches, the shares of
    width and of pairs of tokens; the tiny one has next to none of either."""
    fixed, *_ = seconds
    ours = batches[1:]
    left = [
        (took - fixed) / LAYERS - times * (b.tokens * facts.flops + 4 * WIDTH * b.square) / flops
        for took, b in zip(seconds[1:], ours, strict=True)
    ]
    widths = [WIDTH * batch.tokens for batch in ours]
    pairs = [facts.heads * batch.square for batch in ours]
    width, pair = np.linalg.solve(np.array([widths, pairs]).T, np.array(left))
    if pair < 0:
        width, pair = sum(left) / sum(widths), 0.0
    elif width < 0:
        width, pair = 0.0, sum(left) / sum(pairs)
    return Pass(
        width_seconds=max(float(width), 0.0),
        pair_seconds=max(float(pair), 0.0),
        batch_seconds=fixed / LAYERS,
    )


def _seconds(work: Callable[[], object], device: torch.device, times: int = TIMES) -> float:
    """The quickest, after a first time that doesn't count."""
    found: list[float] = []
    while len(found) <= times and (len(found) < FEWEST or sum(found) < MOST_SECONDS):
        began = time.perf_counter()
        work()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        found.append(time.perf_counter() - began)
    return min(found[1:])


def _end_with_the_asker() -> None:
    while os.read(0, 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
