"""How good a model is at smaller sizes: fewer layers, shorter vectors, fewer bits a number.

The texts are encoded once for each depth; every width and precision is cut from those vectors.
Each size is judged by the items that the whole model is judged by.
"""

import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import median

import torch

from backend.catalog.losses import LOSSES
from backend.catalog.rows import EvaluatorRow
from backend.models.sizes.schemas import Measured, Precision, Size, Tried
from backend.problems import Pointer
from backend.proof.bootstrap import compare
from backend.proof.holm import ALPHA
from backend.recipes.losses import layers
from backend.recipes.schemas import Recipe
from worker.engine.evaluation import ItemEvaluator, Outcome
from worker.engine.evaluation.smaller_vectors import Remembered, SmallerVectors
from worker.engine.model import SentenceTransformer
from worker.engine.model.depth import keep_layers, layer_count

SHARES = (1.0, 0.75, 0.5, 0.25)
"""Of the layers."""

WIDTH_SHARES = (1, 2, 4, 8)
"""Parts of the dimensions that are tried where no loss says to which the vectors may be cut."""

FEWEST_DIMENSIONS = 8
"""A byte, where they are bits."""

TIMED_TEXTS = 64
ROUNDS = 5


@dataclass(frozen=True, kw_only=True)
class Depth:
    """The vectors of a model with so many layers, and how long it takes for one text."""

    layers: int | None
    whole: Remembered
    milliseconds_per_text: float


def measured(
    model: SentenceTransformer,
    row: EvaluatorRow,
    evaluator: ItemEvaluator,
    widths: Sequence[int],
    machine: str,
    tell: Callable[[float], None],
) -> Measured:
    """Judge `model` at every size; it is less deep afterwards. `tell` hears which share is done."""
    found: list[tuple[Size, float, Outcome]] = []
    depths = depths_of(layer_count(model))
    for place, depth in enumerate(depths):
        at = _at_depth(model, depth, evaluator)
        for size in sizes(depth, widths):
            vectors = SmallerVectors(at.whole, size.dimensions, size.precision.value)
            found.append((size, at.milliseconds_per_text, evaluator.measure(vectors)))
        tell((place + 1) / len(depths))
    (_, _, whole), *_ = found
    levels = [ALPHA / m for m in range(1, max(len(found), 2))]
    return Measured(
        evaluator=row.name,
        metric=whole.primary_metric,
        items=row.items,
        judged=len(whole.items),
        machine=machine,
        tried=[_tried(row, *one, whole, levels) for one in found],
    )


def depths_of(count: int | None) -> list[int | None]:
    """How many layers are tried, the most first."""
    if count is None:
        return [None]
    return list(dict.fromkeys(max(1, round(count * share)) for share in SHARES))


def widths_of(recipe: Recipe, full: int) -> list[int]:
    """How many dimensions are tried, the most first: those that a loss was told, else parts."""
    uses = [recipe.loss_of(use) for use in recipe.datasets]
    told = {
        int(width)
        for use in uses
        for layer in layers(use, Pointer(""))
        for parameter in LOSSES[layer.use.name].parameters
        if parameter.is_dimensions and parameter.is_many
        for width in layer.use.parameters.get(parameter.name) or ()
    }
    parts = {full // part for part in WIDTH_SHARES}
    widths = {full, *(width for width in told or parts if FEWEST_DIMENSIONS <= width < full)}
    return sorted(widths, reverse=True)


def sizes(depth: int | None, widths: Sequence[int]) -> list[Size]:
    """Every width at every precision; the first is the whole vector."""
    return [
        Size(layers=depth, dimensions=width, precision=precision)
        for width in widths
        for precision in Precision
    ]


def milliseconds_per_text(model: SentenceTransformer, texts: Sequence[str]) -> float:
    """How long `encode` takes for one of these: the median of several rounds, after one to warm up."""
    model.encode(list(texts), show_progress_bar=False)
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        model.encode(list(texts), show_progress_bar=False)
        seconds.append(time.perf_counter() - began)
    return 1_000 * median(seconds) / len(texts)


def machine_of(model: SentenceTransformer) -> str:
    """What the model runs on here, in words."""
    if model.device.type == "cuda":
        return str(torch.cuda.get_device_name(model.device))
    return f"{platform.machine()} processor, {torch.get_num_threads()} threads"


def _at_depth(model: SentenceTransformer, layers: int | None, evaluator: ItemEvaluator) -> Depth:
    if layers is not None:
        keep_layers(model, layers)
    whole = Remembered(model)
    evaluator.measure(SmallerVectors(whole, None, "float32"))  # encodes what it asks for
    texts = list(islice(whole.texts, 0, None, max(1, sum(1 for _ in whole.texts) // TIMED_TEXTS)))
    return Depth(
        layers=layers,
        whole=whole,
        milliseconds_per_text=milliseconds_per_text(model, texts[:TIMED_TEXTS]),
    )


def _tried(
    row: EvaluatorRow,
    size: Size,
    milliseconds: float,
    outcome: Outcome,
    whole: Outcome,
    levels: Sequence[float],
) -> Tried:
    difference = compare(row.statistic, whole.items, outcome.items)
    return Tried(
        **size.model_dump(),
        milliseconds_per_text=milliseconds,
        quality=difference.after,
        difference=difference.value,
        ci95=difference.interval(),
        lows=[difference.interval(level)[0] for level in levels],
    )
