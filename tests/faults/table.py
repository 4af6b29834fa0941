"""The matrix in lines: row, phase, backend, what came of it, how long it took."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.faults.matrix import places

WORDS = {"passed": "passed", "failed": "FAILED", "error": "FAILED", "skipped": "not run"}


@dataclass(frozen=True)
class Outcome:
    result: str
    reason: str = ""
    seconds: float = 0.0


def _in_order(outcomes: Mapping[tuple[str, ...], Outcome]) -> list[tuple[tuple[str, ...], Outcome]]:
    """As the matrix has them, whoever was ready first."""
    order = {(p.row.fault, p.phase, p.backend): n for n, p in enumerate(places())}
    return sorted(outcomes.items(), key=lambda found: order[found[0]])


def in_words(outcomes: Mapping[tuple[str, ...], Outcome]) -> str:
    lines, before = ["", "The fault matrix"], ""
    for (fault, phase, backend), outcome in _in_order(outcomes):
        lines += [fault] if fault != before else []
        before = fault
        took = outcome.reason or f"{outcome.seconds:.0f} s"
        lines.append(f"  {phase:<22} {backend:<9} {WORDS[outcome.result]:<8} {took}")
    count = dict.fromkeys(WORDS.values(), 0)
    for outcome in outcomes.values():
        count[WORDS[outcome.result]] += 1
    return "\n".join([*lines, ", ".join(f"{n} {word}" for word, n in count.items())])
