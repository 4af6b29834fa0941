"""Seconds and bytes of a work, from the speed of a machine: the physics, before any experience."""

from dataclasses import dataclass

from pydantic import BaseModel

from backend.recipes.estimate.model_facts import BYTES_A_WEIGHT, ModelFacts
from backend.recipes.estimate.speed import CPU, Pass, Speed
from backend.recipes.estimate.work import Learned, Measured, Work
from backend.recipes.often import KEPT_CHECKPOINTS
from backend.recipes.schemas import Arguments

MOMENTS = {"adamw_torch_fused": 2, "adamw_torch": 2, "rmsprop": 1}
"""How many numbers an optimizer remembers for each weight; others next to none."""

BACKWARD = 2.0
"""The matrix products of the way back, beside those of the way forward."""

KEPT_WIDTHS = 17.0
"""Numbers that a layer keeps for the way back, for each token and unit of its width: what enters the
three projections, these, what attention gives, two sums before and after a norm, and four times the
width before and after the activation."""

KEPT_A_PAIR_BYTES = 9
"""For each pair of tokens and head, while dropout is on: the weights of attention before and after
it, and which were dropped."""

PASSING_WIDTHS = 24.0
"""Numbers that are only there for a moment, of one layer."""

CPU_CHUNK_TOKENS = 1_024

EVALUATION_SECONDS = 0.3
"""What an evaluation takes beside reading: scores, ranks, a line in the log."""

WRITTEN_BYTES_A_SECOND = 400e6
BEGIN_SECONDS, END_SECONDS = 2.0, 3.0
"""A worker claims it, reads rows and model; it saves, and compares what it has saved."""

WORKING_BYTES = 270_000_000
"""What a process takes when it begins to work: libraries that are loaded when they are first used,
rows, and room that the allocator doesn't give back."""

CONTEXT_BYTES = 500_000_000
"""What a GPU's driver takes before anything is on it."""


class Reckoned(BaseModel):
    """`around_seconds` are those of begin and end, checkpoints among them. `disk_bytes` is the most
    that lies there at a time."""

    steps: int
    training_seconds: float
    evaluation_seconds: float
    around_seconds: float
    memory_bytes: float
    disk_bytes: float


@dataclass(frozen=True)
class _Rates:
    flops_per_second: float
    bytes_a_number: float


def reckon(
    work: Work, model: ModelFacts, speed: Speed, asked: Arguments, lora_rank: int | None = None
) -> Reckoned:
    """What the work takes on a machine of this speed, if the facts are right. With `lora_rank` an
    adapter learns and the weights rest: they have no gradient, and nothing is remembered of them."""
    learning = model.of_adapter(lora_rank) if lora_rank else model.parameters
    is_half = (asked.bf16 or asked.fp16) and speed.half_flops_per_second is not None
    flops = speed.half_flops_per_second if is_half else speed.flops_per_second
    rates = _Rates(flops or speed.flops_per_second, 2.0 if is_half else 4.0)
    batch = sum(_batch_seconds(one, model, speed, rates) * one.share for one in work.learned)
    networks = max(one.networks for one in work.learned)
    weights = model.weights_bytes * networks
    moments_bytes = BYTES_A_WEIGHT * learning * networks * MOMENTS.get(asked.optim, 0)
    checkpoint_bytes = weights + moments_bytes
    written = work.checkpoints * checkpoint_bytes + model.weights_bytes
    return Reckoned(
        steps=work.steps,
        training_seconds=work.steps
        * (work.batches * batch + speed.update_seconds * learning * networks),
        evaluation_seconds=sum(
            one.times * _read_seconds(one, model, speed, rates) for one in work.measured
        ),
        around_seconds=BEGIN_SECONDS
        + END_SECONDS
        + speed.ready_seconds
        + written / WRITTEN_BYTES_A_SECOND,
        memory_bytes=_memory(work, model, speed, asked, rates, networks, learning),
        disk_bytes=min(work.checkpoints, KEPT_CHECKPOINTS + 1) * checkpoint_bytes
        + model.weights_bytes,
    )


def _batch_seconds(one: Learned, model: ModelFacts, speed: Speed, rates: _Rates) -> float:
    """Forward and backward, what is read twice once more, and what guides read beside it."""
    learned = _pass_seconds(
        one.tokens, one.square, model, speed.learn, rates.flops_per_second, 1 + BACKWARD
    )
    chunks = max(1.0, one.tokens / max(one.at_once, 1.0))
    again = one.again * _pass_seconds(
        one.tokens, one.square, model, speed.learn, rates.flops_per_second, 1 + BACKWARD
    )
    fixed = (chunks - 1) * speed.learn.batch_seconds * model.layers
    guided = sum(
        _pass_seconds(one.tokens, one.square, guide, speed.read, rates.flops_per_second, 1)
        for guide in one.guides
    )
    return one.networks * (learned + fixed + again / (1 + BACKWARD)) + guided


def _read_seconds(one: Measured, model: ModelFacts, speed: Speed, rates: _Rates) -> float:
    found = _pass_seconds(one.tokens, one.square, model, speed.read, rates.flops_per_second, 1)
    return EVALUATION_SECONDS + found


def _pass_seconds(
    tokens: float,
    square: float,
    model: ModelFacts,
    way: Pass,
    flops_per_second: float,
    times: float,
) -> float:
    """`times` the matrix products of a way forward, and what is beside them."""
    if not model.layers:
        return way.batch_seconds
    products = times * (tokens * model.flops + 4 * model.hidden * square)
    a_layer = (
        products / flops_per_second
        + way.width_seconds * model.hidden * tokens
        + way.pair_seconds * model.heads * square
        + way.batch_seconds
    )
    return model.layers * a_layer


def _memory(
    work: Work,
    model: ModelFacts,
    speed: Speed,
    asked: Arguments,
    rates: _Rates,
    networks: int,
    learning: int,
) -> float:
    """Weights and what the optimizer remembers; on top of that what the largest batch keeps for the
    way back, or the gradients: as these come, that goes. Of a processor's the process itself, too."""
    guides = {guide.parameters for one in work.learned for guide in one.guides}
    remembered = learning * networks * MOMENTS.get(asked.optim, 0)
    held = BYTES_A_WEIGHT * (model.parameters * networks + remembered + sum(guides))
    gradients = BYTES_A_WEIGHT * learning * networks
    kept = max((_kept_bytes(one, model, rates) for one in work.learned), default=0.0)
    ready = speed.ready_bytes + WORKING_BYTES if speed.device == CPU else CONTEXT_BYTES
    return ready + held + max(gradients, kept)


def _kept_bytes(one: Learned, model: ModelFacts, rates: _Rates) -> float:
    width = one.square / one.tokens if one.tokens else 0.0  # tokens that a token sees
    at_once = one.at_once
    if one.again:
        at_once += min(CPU_CHUNK_TOKENS, one.at_once)
    layer = KEPT_WIDTHS * model.hidden * rates.bytes_a_number + (
        KEPT_A_PAIR_BYTES * model.heads * width
    )
    passing = PASSING_WIDTHS * model.hidden * rates.bytes_a_number
    return one.networks * at_once * (model.layers * layer + passing)
