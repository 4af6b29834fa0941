"""Triplets of bank customers' questions: a tenth have a negative of the anchor's own intent."""

import random
from collections import defaultdict

from backend.recipes.schemas import Mapping
from bench.planted import Tally
from bench.real_tables import Real, Row, seen, table
from worker.jobs.looking.suspects import Judge, suspects_finding

TRIPLETS = 480  # some 1,400 texts, a quarter of a minute of two cores
EVERY = 10

_MAPPING = Mapping(inputs=["anchor", "positive", "negative"])


def triplets(real: Real, seed: int) -> tuple[list[Row], set[int]]:
    """The triplets, and which of them have a negative that is right."""
    rng = random.Random(seed)
    by_intent = defaultdict(list)
    for text, intent in real.banking(10_003, seed):
        by_intent[intent].append(text)
    intents = sorted(by_intent)
    rows: list[Row] = []
    for n in range(TRIPLETS):
        intent = rng.choice(intents)
        anchor, positive, negative = rng.sample(by_intent[intent], 3)
        if n % EVERY:
            other = rng.choice([each for each in intents if each != intent])
            negative = rng.choice(by_intent[other])
        rows.append((anchor, positive, negative))
    return rows, {n for n in range(TRIPLETS) if n % EVERY == 0}


def false_negatives(real: Real, judge: Judge, seed: int, tally: Tally) -> list[tuple[float, ...]]:
    """Counts into `tally`; gives the curve: how near, precision and recall from there on."""
    rows, true = triplets(real, seed)
    finding, suspects = suspects_finding(
        seen(table(rows, _MAPPING), _MAPPING), judge, lambda _: None
    )
    assert finding is not None
    tally.add({each.row for each in suspects}, true)
    curve = []
    for bound in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
        near = {each.row for each in suspects if each.as_near_as >= bound}
        right = len(near & true)
        curve.append((bound, right / max(len(near), 1), right / len(true)))
    return curve
