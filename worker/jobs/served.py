"""What is served is what was measured: a saved model against the one in memory that was judged.

A model can be lost on its way to the disk: a module left out, another pooling, a prompt or a length
that the files don't tell. So it is loaded again by a process that has the folder alone, and must give
the same vectors for the same texts and the same figure on *prove*, or on *choose* where *prove* is
closed.

Legend: N texts; D dimensions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from backend.datasets.training_parts import Parts
from backend.proof.schemas import Served
from backend.recipes.schemas import Recipe
from worker.engine.card import text as card_text
from worker.engine.evaluation.embeddings import Embedder
from worker.engine.model import SentenceTransformer
from worker.jobs.arguments import prompts_of
from worker.jobs.ending import Refused
from worker.jobs.judges import Measured
from worker.jobs.loaded_again import LoadedAgain, NotServed
from worker.jobs.measures import Columns
from worker.jobs.stranger import Question

TEXTS = 100
LONG = 2
"""So many of them are longer than the model reads: a length that was cut shows nowhere else."""

MOST_WORDS = 2_048
"""A long text has no more, whatever the model reads: on a processor it would take minutes."""

BATCH_SIZE = 8

Vectors = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Texts that both embed: by the method `way`, after the prompt that `prompt_name` stands for.
    The model in memory is given the text of that prompt, the stranger only its name."""

    texts: list[str]
    way: str = "encode"
    prompt_name: str | None = None
    prompt: str | None = None


@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """How far two that are the same may be apart: `vectors` as a share of the largest number in any
    vector, `metric` of the figure or of 1, whichever is more."""

    vectors: float
    metric: float


EXACT = Tolerance(vectors=1e-5, metric=1e-4)
"""32-bit floats round at 6e-8, and the same batches in the same kernels give the same bits."""

ON_A_CARD = Tolerance(vectors=1e-4, metric=1e-3)
"""A graphics card's library may sum in another order in another process."""

COARSE = Tolerance(vectors=1e-2, metric=5e-3)
"""16-bit floats and TF32 round at 5e-4, and layers add that up."""

COARSEST = Tolerance(vectors=4e-2, metric=1e-2)
"""bfloat16 rounds at 4e-3."""


def tolerance_for(model: SentenceTransformer) -> Tolerance:
    """What the arithmetic of this process, and of one that knows no settings, may differ by."""
    if model.dtype == torch.bfloat16:
        return COARSEST
    if model.dtype == torch.float16:
        return COARSE
    if model.device.type == "cpu":
        return EXACT
    return COARSE if torch.backends.cuda.matmul.allow_tf32 else ON_A_CARD


def served_as_measured(
    folder: Path,
    model: SentenceTransformer,
    asked: Sequence[Asked],
    measured: Measured | None,
    stranger: LoadedAgain | None = None,
    tolerance: Tolerance | None = None,
) -> Served:
    """How the model saved in `folder` compares with `model`, from which it was saved.

    `measured` is who gave the verdict on it and what was found; None where it has none. `stranger`
    is one that was started before, to be ready in time. `tolerance` is for what is meant to differ.
    """
    if stranger is None:
        with LoadedAgain(folder, model.device, prompts_in(asked)) as started:
            return served_as_measured(folder, model, asked, measured, started, tolerance)
    ours = [_vectors(model, one) for one in asked]
    try:
        again = [stranger.ask(_question(one)) for one in asked]
        figure = _figure(measured, stranger) if measured else None
    except NotServed as reason:
        return not_served(str(reason), sum(len(one.texts) for one in asked))
    return compare(ours, again, named(measured), figure, tolerance or tolerance_for(model))


def compare(
    ours: Sequence[Vectors],
    again: Sequence[Vectors],
    measured: tuple[str, float] | None,
    figure: float | None,
    tolerance: Tolerance,
) -> Served:
    """The outcome, from N×D vectors of both for each of what was asked, and the metric's name and
    value beside what the loaded model got. Pure."""
    count = sum(map(len, ours))
    if [one.shape for one in ours] != [one.shape for one in again]:
        widths = f"{_widths(again)} dimensions instead of {_widths(ours)}"
        return not_served(f"its vectors have {widths}", count)
    gap = max((float(np.abs(a - b).max()) for a, b in zip(ours, again, strict=True)), default=0.0)
    if not np.isfinite(gap):
        return not_served("its vectors hold what is no number", count)
    size = max((float(np.abs(one).max()) for one in ours), default=0.0)
    same_vectors = gap <= tolerance.vectors * size
    metric, value = measured or (None, None)
    same_figure = value is None or _is_near(value, figure, tolerance.metric)
    return Served(
        texts=count,
        largest_gap=gap,
        metric=metric,
        measured=value,
        again=figure,
        is_same=same_vectors and same_figure,
        sentence=_sentence(count, gap, same_vectors, metric, value, figure, same_figure),
    )


def not_served(why: str, texts: int) -> Served:
    return Served(
        texts=texts,
        largest_gap=None,
        is_same=False,
        sentence=f"Loaded again by a process of its own, it can't be compared: {why}.",
    )


def demand(served: Served) -> None:
    """Raise Refused where a saved model is not the one that was measured: its verdict would be of
    something that nobody can load."""
    if not served.is_same:
        raise Refused(
            "saved_model_differs",
            "The saved model differs from what was measured",
            f"{served.sentence} So there is no model that the verdict would be true of, and none "
            "was kept. Try the run again; if it says the same, the base model has a part that can't "
            "be saved: choose another one.",
        )


def tell_card(folder: Path, model: SentenceTransformer, served: Served) -> None:
    """Write the outcome into the card that lies in the model's folder."""
    model.model_card_data.served = served.sentence
    (folder / "README.md").write_text(card_text(model), encoding="utf-8")


def texts_to_ask(recipe: Recipe, parts: Parts, model: SentenceTransformer) -> list[Asked]:
    """Some of the person's own texts: plain, as questions and as documents, and after each of the
    recipe's prompts; and a few that are longer than the model reads."""
    named = [
        (column, texts, prompts_of(use).get(column))
        for name, use in zip(recipe.dataset_names, recipe.datasets, strict=True)
        for column, texts in _columns(parts, name)
    ]
    prompted = {column: (texts, prompt) for column, texts, prompt in named if prompt}
    share = (TEXTS - LONG) // (3 + len(prompted))
    plain = list(islice(dict.fromkeys(text for _, texts, _ in named for text in texts), 3 * share))
    long = long_texts(plain, model.max_seq_length)
    ways = [
        Asked(texts=[*plain[:share], *long], way=_plain_way(model)),
        Asked(texts=plain[share : 2 * share], way="encode_query"),
        Asked(texts=plain[2 * share :], way="encode_document"),
    ]
    after_prompts = [
        Asked(
            texts=list(islice(dict.fromkeys(texts), share)),
            way=_plain_way(model),
            prompt_name=name,
            prompt=prompt,
        )
        for name, (texts, prompt) in prompted.items()  # of two of one name, the last is saved
    ]
    return [one for one in [*ways, *after_prompts] if one.texts]


def long_texts(texts: Iterable[str], most_tokens: int | None) -> list[str]:
    """Texts of these texts' words, longer than a model reads."""
    words = [word for text in texts for word in text.split()]
    count = min(2 * (most_tokens or MOST_WORDS), MOST_WORDS)
    return [" ".join(islice(cycle(words), n, n + count)) for n in range(LONG)] if words else []


def _plain_way(model: SentenceTransformer) -> str:
    """A model of several routes may have none for texts of which it isn't told what they are."""
    has_plain_route = getattr(model[0], "default_route", "the only one") is not None
    return "encode" if has_plain_route else "encode_query"


def prompts_in(asked: Iterable[Asked]) -> dict[str, str]:
    return {one.prompt_name: one.prompt or "" for one in asked if one.prompt_name}


def named(measured: Measured | None) -> tuple[str, float] | None:
    """The metric that gave the verdict, by the name that a person reads, and its value."""
    if measured is None:
        return None
    outcome = measured.outcome
    return outcome.primary_metric.removeprefix("prove_").removeprefix("choose_"), outcome.primary


def _columns(parts: Parts, name: str) -> list[tuple[str, list[str]]]:
    """The texts of a dataset, by column: of what it chooses by, then of what is learned from. What
    proves stays closed to all but who gives the verdict."""
    measured = parts.measured.get(name)
    kept = [measured.choose] if measured else []
    found: dict[str, list[str]] = {}
    for rows in (*kept, parts.train[name].rows):
        columns = Columns.of(rows.slice(0, TEXTS))
        for column, texts in zip(columns.names, columns.inputs, strict=True):
            found.setdefault(column, []).extend(texts)
    return list(found.items())


def _question(asked: Asked) -> Question:
    return Question(
        way=asked.way, texts=asked.texts, prompt_name=asked.prompt_name, batch_size=BATCH_SIZE
    )


def _vectors(model: SentenceTransformer, asked: Asked) -> Vectors:
    encode = getattr(model, asked.way)
    vectors = encode(
        asked.texts, prompt=asked.prompt, batch_size=BATCH_SIZE, show_progress_bar=False
    )
    return np.asarray(vectors, dtype=np.float32)


def _figure(measured: Measured, model: Embedder) -> float:
    return float(measured.judge.evaluator.measure(model).primary)


def _is_near(one: float, other: float | None, share: float) -> bool:
    return other is not None and abs(one - other) <= share * max(1.0, abs(one))


def _widths(vectors: Sequence[Vectors]) -> str:
    return ", ".join(dict.fromkeys(str(one.shape[-1]) for one in vectors))


def _sentence(
    count: int,
    gap: float,
    same_vectors: bool,
    metric: str | None,
    value: float | None,
    figure: float | None,
    same_figure: bool,
) -> str:
    by = f"Loaded again by a process of its own, it gave {count} texts"
    kind = "the same vectors" if same_vectors else "other vectors"
    vectors = f"{by} {kind} (largest difference {gap:.1g})"
    if metric is None or value is None or figure is None:
        return f"{vectors}."
    if same_figure:
        return f"{vectors} and the same {metric}, {figure:.4f}."
    return f"{vectors} and another {metric}: {figure:.4f}, not {value:.4f}."
