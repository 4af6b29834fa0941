"""`make bench-speed`: this engine through its whole trainer against sentence-transformers through its
own. Same recipe, weights, batches and optimizer; dropout 0; the sides take turns.

A ratio is the median of rival's seconds over ours, pair by pair: above 1, ours is faster.
"""

import json
import platform
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median

import torch

from bench.encoding import Encoding
from bench.sides import OURS, SIDES, THEIRS, Side, quiet
from bench.texts import equal_pairs, passage_pairs, said, short_pairs
from bench.training import Training

REPETITIONS = 5
SECONDS = 12.0
"""So long one training of the slower side takes, about; a train() of a step or two would measure
what it does before the first."""

CASES: dict[str, Training | Encoding] = {
    "stsb_16": Training(short_pairs, batch_size=16, steps=10),
    "stsb_64": Training(short_pairs, batch_size=64, steps=3),
    "stsb_128_cached": Training(short_pairs, batch_size=128, steps=2, cached=32),
    "passages_16": Training(passage_pairs, batch_size=16, steps=2),
    "passages_64": Training(passage_pairs, batch_size=64, steps=2),
    "equal_lengths_64": Training(equal_pairs, batch_size=64, steps=3),
    "encode_short": Encoding(short_pairs, rows=2_000),
    "encode_long": Encoding(passage_pairs, rows=256),
}
"""The steps are the fewest; of a faster machine's more are measured."""


@dataclass
class Result:
    """What one case gave: seconds a repetition and side, and how far the loss curves lie apart."""

    seconds: dict[Side, list[float]] = field(default_factory=lambda: {s: [] for s in SIDES})
    curve_difference: float = 0.0

    @property
    def ratio(self) -> float:
        pairs = zip(self.seconds[THEIRS], self.seconds[OURS], strict=True)
        return median(theirs / ours for theirs, ours in pairs)


def measure(case: Training | Encoding) -> tuple[Training | Encoding, Result]:
    """The case as it was measured, and what it gave. Each side warms up once, then they take turns;
    who begins changes each time."""
    result = Result()
    first = {side: case.run(side, steps=1)[0] for side in SIDES}
    case = case.lasting(SECONDS, first[THEIRS], case.run(THEIRS)[0])
    for repetition in range(REPETITIONS):
        curves = {}
        for side in SIDES if repetition % 2 else reversed(SIDES):
            seconds, curves[side] = case.run(side)
            result.seconds[side].append(seconds)
        apart = [abs(a - b) / abs(b) for a, b in zip(curves[OURS], curves[THEIRS], strict=True)]
        result.curve_difference = max([result.curve_difference, *apart])
    return case, result


def peak_mebibytes(name: str, side: Side) -> float:
    """The most memory that one step of `name` ever held, measured in a process of its own."""
    command = [sys.executable, "-m", "bench.speed", name, side.package]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(run.stdout.split()[-1])


def one_step(name: str, package: str) -> None:
    """What that process does."""
    CASES[name].run(Side(package), steps=1)
    print(high_water_kibibytes() / 1024)


def high_water_kibibytes() -> int:
    """The most memory that this process ever held. getrusage would count its parent's, too."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def told(name: str, case: Training | Encoding, result: Result) -> str:
    """A line of the table."""
    a_second = {side: case.rows / median(result.seconds[side]) for side in SIDES}
    line = (
        f"{name:17} ours {a_second[OURS]:7.1f}/s, theirs {a_second[THEIRS]:7.1f}/s, "
        f"ratio {result.ratio:.2f}"
    )
    if isinstance(case, Encoding):
        return line
    peaks = {side: peak_mebibytes(name, side) for side in SIDES}
    return (
        f"{line}; peak {peaks[OURS]:.0f} and {peaks[THEIRS]:.0f} MiB; real tokens "
        f"{case.real_token_share(OURS):.2f}; curves apart by {result.curve_difference:.1e}"
    )


def main() -> None:
    packages = ("torch", "transformers", "sentence-transformers")
    print(
        f"{platform.machine()}, {torch.get_num_threads()} threads, Python "
        f"{platform.python_version()}, " + ", ".join(f"{p} {version(p)}" for p in packages)
    )
    print(said())
    results = {}
    for name, case in CASES.items():
        measured, results[name] = measure(case)
        print(told(name, measured, results[name]), flush=True)
    figures = {name: round(result.ratio, 3) for name, result in results.items()}
    apart = max(result.curve_difference for result in results.values())
    print(json.dumps(figures | {"curve_difference": apart}))


if __name__ == "__main__":
    with quiet():
        one_step(*sys.argv[1:]) if sys.argv[1:] else main()
