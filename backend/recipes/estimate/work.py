"""How much there is to do in a training: steps, and the tokens of each; and what is measured."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from backend.catalog.columns import ColumnFacts, TableFacts
from backend.catalog.evaluators import EVALUATORS, NANO_BEIR_SETS
from backend.catalog.rows import LossRow
from backend.problems import Pointer
from backend.recipes.estimate.lengths import (
    AROUND_A_TEXT,
    CHARACTERS_A_TOKEN,
    Lengths,
)
from backend.recipes.estimate.model_facts import ModelFacts
from backend.recipes.losses import Layer, layers
from backend.recipes.often import TIMES_A_TRAINING
from backend.recipes.parts import rows_of
from backend.recipes.schemas import DatasetUse, EvaluatorUse, LossUse, Recipe

LengthsOf = Callable[[ColumnFacts], Lengths]


@dataclass(frozen=True, kw_only=True)
class Known:
    """A dataset of a recipe: what is known of its table, and how long the texts of a column are as
    the base model reads them."""

    facts: TableFacts
    lengths: LengthsOf


@dataclass(frozen=True, kw_only=True)
class Learned:
    """A batch of one dataset, as the mean of all: `square` is the sum of its texts' squared lengths.
    `most_tokens` is of the largest of them, `at_once` how many keep their activations then, and
    `again` the share of tokens that are read a second time. `guides` read the same texts."""

    share: float
    texts: float
    tokens: float
    square: float
    most_tokens: float
    at_once: float
    again: float
    networks: int
    guides: tuple[ModelFacts, ...]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What an evaluation reads, and how often in the whole run; `in_training` of these times while
    it trains."""

    texts: float
    tokens: float
    square: float
    times: int


@dataclass(frozen=True, kw_only=True)
class Work:
    """`batches` of a step are one after the other; `checkpoints` is how many are written."""

    steps: int
    batches: int
    learned: list[Learned]
    measured: list[Measured]
    checkpoints: int
    chooses: bool


def work_of(
    recipe: Recipe,
    known: Sequence[Known],
    model_of: Callable[[str], ModelFacts],
    ranks: int = 1,
    *,
    opens_prove: bool = True,
) -> Work:
    """Of a sound recipe. `ranks` processes share its batches, each reads its part of them. Where it
    doesn't open *prove*, nothing is measured on that."""
    asked = recipe.arguments
    split = [
        _split(recipe, use, one.facts) for use, one in zip(recipe.datasets, known, strict=True)
    ]
    batch = asked.per_device_train_batch_size * ranks
    batches = [math.ceil(max(train, 1) / batch) for train, _, _ in split]
    shares = _shares(recipe, batches)
    an_epoch = math.ceil(sum(shares) / asked.gradient_accumulation_steps)
    steps = asked.max_steps or max(1, math.ceil(asked.num_train_epochs * an_epoch))
    total = steps * asked.gradient_accumulation_steps
    learned = [
        _learned(
            recipe,
            use,
            one,
            _Batches(share / sum(shares), total, train / count / ranks, min(batch, train) / ranks),
            model_of,
        )
        for use, one, share, (train, _, _), count in zip(
            recipe.datasets, known, shares, split, batches, strict=True
        )
    ]
    chooses = split[0][1] > 0 and any(
        EVALUATORS[e.name].only_beside is None for e in recipe.evaluators
    )
    every = asked.eval_steps or math.ceil(steps / TIMES_A_TRAINING)
    saved = every if chooses else asked.save_steps or every
    if not opens_prove:
        split = [(train, choose, 0) for train, choose, _ in split]
    measured = list(_measured(recipe, known, split, steps // every if chooses else 0))
    return Work(
        steps=steps,
        batches=asked.gradient_accumulation_steps,
        learned=learned,
        measured=measured,
        checkpoints=max(steps // saved, 1),
        chooses=chooses,
    )


def _split(recipe: Recipe, use: DatasetUse, facts: TableFacts) -> tuple[int, int, int]:
    """Complete rows to train, to choose by, to prove with."""
    place = recipe.datasets.index(use)
    rows = facts.rows - max((_missing(facts.column(name)) for name in _needed(use)), default=0)
    if not recipe.measures(recipe.dataset_names[place]):
        return rows, 0, 0
    column = facts.column(use.held_out.part) if use.held_out.part else None
    if column is not None and column.counts:
        train, choose, prove = (rows_of(column, part) for part in ("train", "choose", "prove"))
        return train, choose, prove
    choose, prove = use.held_out.rows(rows)
    return max(rows - choose - prove, 1), choose, prove


def _needed(use: DatasetUse) -> list[str]:
    label = use.mapping.label
    return [*use.mapping.inputs, *([label] if label else [])]


def _missing(column: ColumnFacts | None) -> int:
    return column.nulls + column.empty if column else 0


def _shares(recipe: Recipe, batches: Sequence[int]) -> list[float]:
    """How many batches of an epoch each dataset has."""
    weights = [use.weight for use in recipe.datasets]
    if len(set(weights)) > 1:
        wanted = [n * weight for n, weight in zip(batches, weights, strict=True)]
        return [n * sum(batches) / sum(wanted) for n in wanted]
    if recipe.arguments.multi_dataset_batch_sampler == "round_robin":
        return [float(min(batches))] * len(batches)
    return [float(n) for n in batches]


@dataclass(frozen=True)
class _Batches:
    """Of one dataset, as one process sees them: their share of all, how many all are, the rows of
    one in the mean and at most."""

    share: float
    number: int
    rows: float
    most_rows: float


def _learned(
    recipe: Recipe,
    use: DatasetUse,
    known: Known,
    batches: _Batches,
    model_of: Callable[[str], ModelFacts],
) -> Learned:
    columns = list(_columns(use, known))
    rows = batches.rows
    tokens = rows * sum(each.mean for each in columns)
    spread = math.sqrt(batches.most_rows * sum(each.variance for each in columns))
    longest = max((each.longest for each in columns), default=float(AROUND_A_TEXT))
    # The largest of n draws lies about so many deviations above the mean.
    beyond = math.sqrt(2 * math.log(max(batches.number * batches.share, 2)))
    drawn = batches.most_rows * sum(each.mean for each in columns) + beyond * spread
    most = min(drawn, batches.most_rows * sum(each.longest for each in columns))
    chain = layers(recipe.loss_of(use), Pointer(""))
    room = _room(chain, longest)
    at_once = most if room is None else min(most, room)
    return Learned(
        share=batches.share,
        texts=rows * len(columns),
        tokens=tokens,
        square=rows * sum(each.square for each in columns),
        most_tokens=most,
        at_once=at_once,
        again=0.0 if room is None or not tokens else max(0.0, 1 - room / tokens),
        networks=max((layer.row.networks for layer in chain if layer.row), default=1),
        guides=tuple(model_of(name) for layer in chain for name in _guides(layer.use, layer.row)),
    )


def _room(chain: Sequence[Layer], longest: float) -> float | None:
    """In how many tokens at once a loss reads its batch; None: all of it."""
    inner = chain[-1]
    if inner.row is None or not inner.row.in_chunks:
        return None

    def set_to(name: str) -> float:
        parameter = inner.row.parameter(name) if inner.row else None
        usual = parameter.default if parameter else None
        value = inner.use.parameters.get(name, usual)
        return float(value) if isinstance(value, int | float) else 0.0

    return set_to("mini_batch_num_tokens") or set_to("mini_batch_size") * longest


def _guides(use: LossUse, row: LossRow | None) -> list[str]:
    return [
        str(use.parameters[name]) for name in (row.models if row else ()) if name in use.parameters
    ]


def _columns(use: DatasetUse, known: Known) -> Iterator[Lengths]:
    for name in use.mapping.inputs:
        column = known.facts.column(name)
        if column is not None:
            prompt = use.prompts.get(name, "")
            yield known.lengths(column).longer_by(len(prompt) / CHARACTERS_A_TOKEN)


def _measured(
    recipe: Recipe,
    known: Sequence[Known],
    split: Sequence[tuple[int, int, int]],
    in_training: int,
) -> Iterator[Measured]:
    """On *choose* before, while and after it trains; on *prove* before and after, and once more by
    the model that was saved."""
    asked = [(0, use, True) for use in recipe.evaluators]
    asked += [(n, e, False) for n, use in enumerate(recipe.datasets) for e in use.evaluators]
    for place, use, is_shared in asked:
        row = EVALUATORS[use.name]
        train, choose, prove = split[place]
        if not row.needs_data:
            yield _own(use)
            continue
        before = row.of_loss is None
        again = is_shared and row.only_beside is None
        extra = train if row.reads_training else 0
        for rows, times in ((choose, in_training + 1 + before), (prove, 1 + before + again)):
            if rows and times:
                yield _read(recipe.datasets[place], known[place], rows, extra, row.searches, times)


def _own(use: EvaluatorUse) -> Measured:
    row = EVALUATORS[use.name]
    texts = row.own_texts * (len(use.sets) or len(NANO_BEIR_SETS))
    tokens = texts * row.own_tokens
    return Measured(texts=texts, tokens=tokens, square=tokens * row.own_tokens, times=2)


def _read(
    use: DatasetUse, known: Known, rows: int, extra: int, is_once: bool, times: int
) -> Measured:
    """`is_once`: equal texts of a column are read once."""
    texts = tokens = square = 0.0
    for name, lengths in zip(use.mapping.inputs, _columns(use, known), strict=False):
        column = known.facts.column(name)
        distinct = column.distinct if column else 0
        n = _distinct(rows, distinct) if is_once and distinct else float(rows)
        texts += n + extra
        tokens += (n + extra) * lengths.mean
        square += (n + extra) * lengths.square
    return Measured(texts=texts, tokens=tokens, square=square, times=times)


def _distinct(rows: int, distinct: int) -> float:
    """How many different ones are to be expected among so many that are drawn."""
    return distinct * -math.expm1(-rows / distinct)
