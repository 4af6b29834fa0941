"""`make bench-calibration`: is a verdict right as often as it says?

The last line is one JSON object of shares; it ends with 1 where a bound is not held.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench.calibration.draws import Cell, Found, null, planted, seeds
from bench.calibration.scores import Answers, tasks

COUNTS = (50, 112, 225, 1_000)
DRAWS = 1_000
OF_SEEDS = 300
MOST_BETTER = 0.05
COVERAGE = (0.93, 0.97)
POWER_GAP = 0.10


def cells(answers: Answers, pair: str, draws: int) -> Iterable[Cell]:
    """By how many questions; not by more than there are."""
    one, other = answers.seeds
    before, after = (answers.base, one) if pair == "base and tuned" else (one, other)
    for count in COUNTS:
        if count <= len(before):
            yield Cell(
                name=f"{answers.name}, {pair}",
                statistic=answers.statistic,
                before=before,
                after=after,
                count=count,
                draws=draws,
                seed=count,
            )


def run(work: Callable[[Cell], Found], title: str, given: Iterable[Cell]) -> list[Found]:
    """Each cell in a process; the dearest first."""
    ordered = sorted(given, key=lambda cell: -cell.count)
    print(f"\n{title}")
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        found = sorted(pool.map(work, ordered), key=lambda one: (one.cell, one.count))
    for one in found:
        told = [f"{one.cell:<42} n {one.count:>5}  better {one.called_better:6.1%}"]
        told += [f"covered {one.covered:6.1%}"] if one.covered is not None else []
        if one.announced is not None and one.found is not None:
            told += [f"announced {one.announced:4.0%} found {one.found:4.0%}"]
        told += [f"bare {one.bare_better:6.1%}"] if one.covered is None else []
        print("  " + "  ".join(told))
    return found


def mean(shares: Iterable[float]) -> float:
    values = list(shares)
    return round(sum(values) / len(values), 4)


def by_count(found: Iterable[Found], share: Callable[[Found], float]) -> dict[str, float]:
    grouped: dict[int, list[float]] = {}
    for one in found:
        grouped.setdefault(one.count, []).append(share(one))
    return {str(count): mean(shares) for count, shares in sorted(grouped.items())}


def main() -> int:
    folder = os.environ.get("LIKEWISE_TEST_DATA")
    if not folder:
        print("It needs real datasets: set LIKEWISE_TEST_DATA to the folder that has them.")
        return 2
    answers = [task.answers() for task in tasks(Path(folder))]
    pairs = ("base and tuned", "two seeds")
    nulls = [cell for one in answers for pair in pairs for cell in cells(one, pair, DRAWS)]
    same = run(null, "No difference by construction: a coin swaps the two", nulls)
    tuned = [cell for one in answers for cell in cells(one, "base and tuned", DRAWS)]
    known = run(planted, "A known difference: samples of the whole dataset", tuned)
    apart = run(
        seeds,
        "Two seeds of one recipe",
        [cell for one in answers for cell in cells(one, "two seeds", OF_SEEDS)],
    )
    worst = max(one.called_better for one in same)
    covered = [one.covered for one in known if one.covered is not None]
    gaps = [
        abs(one.announced - one.found)
        for one in known
        if one.announced is not None and one.found is not None
    ]
    line = {
        "draws": DRAWS,
        "called_better": mean(one.called_better for one in same),
        "coverage": mean(covered),
        "seed_pairs_called_better": mean(one.called_better for one in apart),
        "bare_difference_called_better": mean(one.bare_better for one in same),
        "called_better_most": worst,
        "coverage_least": min(covered),
        "coverage_most": max(covered),
        "power_gap_most": round(max(gaps), 4),
        "seed_pairs_called_better_by_n": by_count(apart, lambda one: one.called_better),
        "seed_pairs_bare_by_n": by_count(apart, lambda one: one.bare_better),
        "bare_difference_by_n": by_count(same, lambda one: one.bare_better),
    }
    print(json.dumps(line))
    is_held = (
        worst <= MOST_BETTER
        and COVERAGE[0] <= min(covered)
        and max(covered) <= COVERAGE[1]
        and max(gaps) <= POWER_GAP
    )
    return 0 if is_held else 1


if __name__ == "__main__":
    sys.exit(main())
