"""The estimate as people and programs see it: amounts with their ranges, and what each is made of."""

from collections.abc import Sequence
from enum import StrEnum

from pydantic import BaseModel, Field

from backend.recipes.estimate import experience
from backend.recipes.estimate.experience import Past, Ratio
from backend.recipes.estimate.model_facts import ModelFacts
from backend.recipes.estimate.reckoned import Reckoned
from backend.recipes.estimate.speed import CPU, Speed
from backend.recipes.estimate.work import Work
from backend.recipes.often import KEPT_CHECKPOINTS
from backend.recipes.words import counted


class Basis(StrEnum):
    """What the speed of the machine is known from."""

    RUNS = "runs"
    MEASURED = "measured"
    ASSUMED = "assumed"


UNSURE = {Basis.RUNS: 1.15, Basis.MEASURED: 1.35, Basis.ASSUMED: 3.0}
"""So many times more or less, at least."""

UNSURE_OF_MEMORY = {Basis.RUNS: 1.1, Basis.MEASURED: 1.2, Basis.ASSUMED: 1.4}
UNSURE_OF_MODEL = 2.0
MOST_UNSURE = 3.0


class Amount(BaseModel):
    """`low` to `high` is where it most likely lies; `made_of` says what it consists of."""

    value: float
    low: float
    high: float
    made_of: str


class Estimate(BaseModel):
    """What a training will take, each amount with a range: what is known of the machine says how
    wide it is."""

    sentence: str
    host: str | None = Field(
        description="The machine that would train it; null: none has come yet."
    )
    device: str
    basis: Basis
    basis_sentence: str
    is_model_known: bool
    are_tokens_counted: bool
    fits: bool = Field(description="Whether the machine has so much memory.")
    steps: int
    seconds: Amount
    training_seconds: Amount
    evaluation_seconds: Amount
    around_seconds: Amount
    memory_bytes: Amount
    disk_bytes: Amount


def estimate(
    work: Work,
    reckoned: Reckoned,
    model: ModelFacts,
    speed: Speed,
    past: Sequence[Past],
    *,
    host: str | None,
    has_measured_itself: bool,
    are_tokens_counted: bool,
) -> Estimate:
    """What was reckoned, set right by what earlier runs of this machine took."""
    basis = Basis.RUNS if past else Basis.MEASURED if has_measured_itself else Basis.ASSUMED
    unsure = UNSURE_OF_MODEL if model.is_assumed else 1.0
    at_least = UNSURE[basis] * unsure
    training = _amount(
        reckoned.training_seconds, experience.training(past), at_least, _training_words(work)
    )
    evaluation = _amount(
        reckoned.evaluation_seconds,
        experience.evaluation(past),
        at_least,
        _evaluation_words(work),
    )
    around = _amount(
        reckoned.around_seconds,
        experience.around(past),
        at_least,
        f"Reading model and rows, writing {counted(work.checkpoints, 'checkpoint')}, and loading "
        "what was saved again.",
    )
    of_gpu = "" if speed.device == CPU else " of the GPU"
    memory = _amount(
        reckoned.memory_bytes,
        experience.memory(past),
        UNSURE_OF_MEMORY[basis] * unsure,
        f"Weights, gradients and optimizer of {model.parameters / 1e6:.0f} million numbers, the "
        f"largest batch, and the {'driver' if of_gpu else 'process'}.",
    )
    kept = min(work.checkpoints, KEPT_CHECKPOINTS + 1)
    disk = _amount(
        reckoned.disk_bytes,
        None,
        1.05 * unsure,
        f"{counted(kept, 'checkpoint')} of weights and optimizer at most, and the model.",
    )
    parts = (training, evaluation, around)
    whole = Amount(
        value=sum(part.value for part in parts),
        low=sum(part.low for part in parts),
        high=sum(part.high for part in parts),
        made_of="Training, evaluation, begin and end.",
    )
    return Estimate(
        sentence=_sentence(whole.value, host, memory.value, disk.value, of_gpu),
        host=host,
        device=speed.device,
        basis=basis,
        basis_sentence=_BASES[basis].format(runs=counted(len(past), "earlier run"), host=host),
        is_model_known=not model.is_assumed,
        are_tokens_counted=are_tokens_counted,
        fits=memory.value <= speed.memory_bytes,
        steps=work.steps,
        seconds=whole,
        training_seconds=training,
        evaluation_seconds=evaluation,
        around_seconds=around,
        memory_bytes=memory,
        disk_bytes=disk,
    )


_BASES = {
    Basis.RUNS: "From {runs} on {host}.",
    Basis.MEASURED: "From how fast {host} has measured itself to be; it has trained nothing yet.",
    Basis.ASSUMED: "From what is usual: no worker has measured itself yet.",
}


def _amount(reckoned: float, ratio: Ratio | None, at_least: float, made_of: str) -> Amount:
    value = reckoned * (ratio.middle if ratio else 1.0)
    unsure = min(max(at_least, ratio.spread if ratio else 1.0), MOST_UNSURE)
    return Amount(value=value, low=value / unsure, high=value * unsure, made_of=made_of)


def _training_words(work: Work) -> str:
    texts = sum(one.texts * one.share for one in work.learned) * work.batches
    tokens = sum(one.tokens * one.share for one in work.learned) * work.batches
    return (
        f"{counted(work.steps, 'step')} of about {texts:,.0f} texts, which have "
        f"{tokens:,.0f} tokens together."
    )


def _evaluation_words(work: Work) -> str:
    if not work.measured:
        return "Nothing is measured."
    texts = sum(one.texts * one.times for one in work.measured)
    times = sum(one.times for one in work.measured)
    return f"{counted(times, 'evaluation')}, {texts:,.0f} texts in all."


def _sentence(
    seconds: float, host: str | None, memory_bytes: float, disk_bytes: float, of_gpu: str
) -> str:
    where = f" on {host}" if host else ""
    return (
        f"About {duration(seconds)}{where}, {gigabytes(memory_bytes)} of memory{of_gpu}, "
        f"{gigabytes(disk_bytes)} of disk."
    )


def duration(seconds: float) -> str:
    """As exact as it is known: 40 seconds, 4 minutes, 3 hours."""
    if seconds < 55:
        return f"{max(round(seconds / 5) * 5, 5)} seconds"
    if seconds < 90 * 60:
        return counted(max(round(seconds / 60), 1), "minute")
    if seconds < 48 * 3600:
        return counted(round(seconds / 3600), "hour")
    return counted(round(seconds / 86_400), "day")


def gigabytes(size_bytes: float) -> str:
    """Two figures at most: 0.3 GB, 1.1 GB, 12 GB."""
    amount = size_bytes / 1e9
    return f"{amount:.0f} GB" if amount >= 9.95 else f"{max(amount, 0.1):.1f} GB"
