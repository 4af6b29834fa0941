"""`make bench-findings`: plants faults in the real datasets and measures what the studio notices.

The last line is one JSON object: finding → precision and recall, over all sets and seeds. It ends
with 1 where a bound is not held.
"""

import json
import os
import sys
import time
from collections import defaultdict
from pathlib import Path

from backend.catalog.base_models import carried
from backend.datasets.findings.finding import FindingKind
from backend.recipes.schemas import DEFAULT_BASE_MODEL
from bench.directions import directions
from bench.false_negatives import false_negatives
from bench.for_training import cut, scales, surplus
from bench.planted import SETS, SINGLE, Tally, conflicts, exact, leaks, nearly, single
from bench.real_tables import Real

SEEDS = (1, 2, 3)
NEAR_LEAKS = "near_leaks"

BOUNDS = {
    FindingKind.EXACT_DUPLICATES: (0.99, 0.99),
    FindingKind.LEAKS: (0.99, 0.99),
    FindingKind.CONFLICTING_LABELS: (0.99, 0.99),
    FindingKind.NEAR_DUPLICATES: (0.9, 0.9),
    NEAR_LEAKS: (0.9, 0.9),
    FindingKind.REVERSED: (1.0, 1.0),
    FindingKind.FALSE_NEGATIVES: (0.5, 0.7),
}
"""Precision and recall that are promised."""


def measure(real: Real) -> dict[str, Tally]:
    tallies: dict[str, Tally] = defaultdict(Tally)
    for seed in SEEDS:
        for each in SETS:
            exact(real, each, seed, tallies[FindingKind.EXACT_DUPLICATES])
            conflicts(real, each, seed, tallies[FindingKind.CONFLICTING_LABELS])
            leaks(real, each, seed, tallies[FindingKind.LEAKS], tallies[NEAR_LEAKS])
            nearly(real, each, seed, tallies[FindingKind.NEAR_DUPLICATES])
        for kind, fault in SINGLE:
            single(real, kind, fault, seed, tallies[kind])
        surplus(real, seed, tallies[FindingKind.SURPLUS_COLUMNS])
        cut(real, seed, tallies[FindingKind.CUT_TEXTS])
        scales(real, seed, tallies[FindingKind.SCORE_SCALE])
    directions(real, tallies[FindingKind.REVERSED])
    return tallies


def measure_with_model(real: Real, tallies: dict[str, Tally]) -> None:
    """The model is loaded here: all the rest needs none."""
    from worker.engine.model import SentenceTransformer

    place = carried(DEFAULT_BASE_MODEL) or DEFAULT_BASE_MODEL
    model = SentenceTransformer(str(place))

    def judge(texts: list[str]) -> object:
        return model.encode(texts, normalize_embeddings=True, batch_size=64)

    for seed in SEEDS:
        curve = false_negatives(real, judge, seed, tallies[FindingKind.FALSE_NEGATIVES])
        told = "; ".join(f"from {at:.1f} {p:.2f} at {r:.2f}" for at, p, r in curve)
        print(f"false negatives, seed {seed}, precision at recall: {told}", flush=True)


def main() -> int:
    folder = os.environ.get("LIKEWISE_TEST_DATA")
    if not folder:
        print("LIKEWISE_TEST_DATA names no folder of real data; see bench/RESULTS.md")
        return 2
    began = time.monotonic()
    real = Real(Path(folder))
    tallies = measure(real)
    measure_with_model(real, tallies)
    is_held = True
    for name, tally in tallies.items():
        least = BOUNDS.get(name, (0.99, 0.99))
        held = tally.precision >= least[0] and tally.recall >= least[1]
        is_held &= held
        print(
            f"{name:20} precision {tally.precision:.4f} (≥ {least[0]}), recall {tally.recall:.4f} "
            f"(≥ {least[1]}), {tally.found} found, {tally.true} true"
            f"{'' if held else '  NOT HELD'} {', '.join(tally.missed)}"
        )
    print(f"{time.monotonic() - began:.0f} s")
    figures = {
        str(name): {"precision": round(tally.precision, 4), "recall": round(tally.recall, 4)}
        for name, tally in tallies.items()
    }
    print(json.dumps(figures))
    return 0 if is_held else 1


if __name__ == "__main__":
    sys.exit(main())
