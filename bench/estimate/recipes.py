"""Five recipes that differ in what makes a training long and large, with the data of each."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.real_tables import Real
from bench.texts import passage_pairs

BASE_MODEL = "sentence-transformers/all-MiniLM-L6-v2"

Rows = list[tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """`arguments` are laid over those that the studio recommends for the loss."""

    name: str
    columns: Sequence[str]
    rows: Callable[[], Rows]
    loss: str
    arguments: dict[str, Any]

    def as_csv(self) -> bytes:
        out = io.StringIO()
        csv.writer(out).writerows([tuple(self.columns), *self.rows()])
        return out.getvalue().encode()


def five(folder: Path) -> list[Asked]:
    """Of the real texts in this folder."""
    real = Real(folder)
    return [
        Asked(
            name="STS-B pairs, batch 16",
            columns=("anchor", "positive"),
            rows=lambda: [(a, b) for a, b, _ in real.stsb(2_400, seed=1)],
            loss="MultipleNegativesRankingLoss",
            arguments={"per_device_train_batch_size": 16, "num_train_epochs": 1.0},
        ),
        Asked(
            name="STS-B pairs, batch 64, in chunks",
            columns=("anchor", "positive"),
            rows=lambda: [(a, b) for a, b, _ in real.stsb(2_600, seed=2)],
            loss="CachedMultipleNegativesRankingLoss",
            arguments={"per_device_train_batch_size": 64, "num_train_epochs": 2.0},
        ),
        Asked(
            name="Banking triplets, batch 32",
            columns=("anchor", "positive", "negative"),
            rows=lambda: _triplets(real.banking(6_000, seed=3), 1_500),
            loss="TripletLoss",
            arguments={"per_device_train_batch_size": 32, "num_train_epochs": 1.0},
        ),
        Asked(
            name="STS-B scores, measured each 10 steps",
            columns=("text", "other", "score"),
            rows=lambda: list(real.stsb(2_000, seed=4)),
            loss="CoSENTLoss",
            arguments={
                "per_device_train_batch_size": 32,
                "num_train_epochs": 2.0,
                "eval_steps": 10,
            },
        ),
        Asked(
            name="Cranfield's passages, batch 16",
            columns=("question", "passage"),
            rows=lambda: list(passage_pairs(700)),
            loss="MultipleNegativesRankingLoss",
            arguments={"per_device_train_batch_size": 16, "num_train_epochs": 1.0},
        ),
    ]


def _triplets(rows: Rows, count: int) -> Rows:
    """A question, another of the same intent, and one of another intent."""
    by_intent: dict[str, list[str]] = {}
    for text, intent in rows:
        by_intent.setdefault(intent, []).append(text)
    intents = [intent for intent, texts in by_intent.items() if len(texts) > 1]
    found: Rows = []
    for n in range(count):
        ours, others = intents[n % len(intents)], intents[(n + 1 + n // 7) % len(intents)]
        if ours == others:
            others = intents[(n + 1) % len(intents)]
        texts, wrong = by_intent[ours], by_intent[others]
        place = n // len(intents)
        one = texts[place % len(texts)]
        found.append((one, texts[(place + 1) % len(texts)], wrong[place % len(wrong)]))
    return found
