"""Real scores to calibrate by: three datasets, each answered by a base model and by two trainings of
one recipe that differ by their seed alone."""

import csv
import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from datasets import Dataset
from numpy.typing import NDArray
from transformers import PrinterCallback, set_seed

from backend.catalog.base_models import carried
from backend.catalog.rows import Statistic
from backend.recipes.schemas import DEFAULT_BASE_MODEL
from bench.cranfield import queries_and_documents
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.evaluation import (
    EmbeddingSimilarityEvaluator,
    InformationRetrievalEvaluator,
    ItemEvaluator,
)
from worker.engine.losses import CoSENTLoss, MultipleNegativesRankingLoss
from worker.engine.losses.loss import Loss
from worker.engine.model import SentenceTransformer
from worker.engine.trainer import SentenceTransformerTrainer

Items = NDArray[np.float64]

STEPS, BATCH = 40, 16
SEEDS = (1, 2)
QUERIES, TEXTS = 1_000, 2_000


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The items of the same questions: of the base model, and of each seed's."""

    name: str
    statistic: Statistic
    base: Items
    seeds: tuple[Items, Items]


@dataclass(frozen=True, kw_only=True)
class Task:
    name: str
    statistic: Statistic
    rows: Dataset
    loss: Callable[[SentenceTransformer], Loss]
    evaluator: ItemEvaluator

    def answers(self) -> Answers:
        base = self.evaluator.measure(_base()).items
        one, other = (self.evaluator.measure(self._tuned(seed)).items for seed in SEEDS)
        return Answers(name=self.name, statistic=self.statistic, base=base, seeds=(one, other))

    def _tuned(self, seed: int) -> SentenceTransformer:
        set_seed(seed)
        model = _base()
        with tempfile.TemporaryDirectory() as folder:
            arguments = SentenceTransformerTrainingArguments(
                output_dir=folder,
                per_device_train_batch_size=BATCH,
                max_steps=STEPS,
                learning_rate=2e-5,
                warmup_steps=4,
                seed=seed,
                save_strategy="no",
                report_to="none",
                disable_tqdm=True,
                use_cpu=True,
            )
            trainer = SentenceTransformerTrainer(
                model, arguments, train_dataset=self.rows, loss=self.loss(model)
            )
            trainer.remove_callback(PrinterCallback)
            trainer.train()
        return model


def tasks(folder: Path) -> list[Task]:
    """`folder` is LIKEWISE_TEST_DATA."""
    return [
        _stsb(folder / "stsb"),
        _banking(folder / "banking77"),
        _cranfield(folder / "cranfield"),
    ]


def _base() -> SentenceTransformer:
    model = SentenceTransformer(str(carried(DEFAULT_BASE_MODEL) or DEFAULT_BASE_MODEL))
    model.max_seq_length = 128
    return model


def _stsb(folder: Path) -> Task:
    train, test = (_csv(folder / f"stsb-en-{part}.csv") for part in ("train", "test"))
    one, other, scores = zip(*((a, b, float(score)) for a, b, score in test), strict=True)
    return Task(
        name="STS-B, Spearman",
        statistic=Statistic.SPEARMAN,
        rows=Dataset.from_dict(
            {
                "one": [row[0] for row in train],
                "other": [row[1] for row in train],
                "score": [float(row[2]) / 5 for row in train],
            }
        ),
        loss=CoSENTLoss,
        evaluator=EmbeddingSimilarityEvaluator(one, other, scores, write_csv=False),
    )


def _banking(folder: Path) -> Task:
    """A customer's question finds other questions of its intent."""
    drawn = random.Random(0)
    train, test = (_csv(folder / f"{part}.csv")[1:] for part in ("train", "test"))
    asked = drawn.sample(test, QUERIES)
    among = drawn.sample(train, TEXTS)
    by_intent: dict[str, list[str]] = {}
    for text, intent in train:
        by_intent.setdefault(intent, []).append(text)
    pairs = [
        drawn.sample(by_intent[drawn.choice(sorted(by_intent))], 2) for _ in range(STEPS * BATCH)
    ]
    return Task(
        name="Banking77, NDCG@10",
        statistic=Statistic.MEAN,
        rows=Dataset.from_dict({"one": [a for a, _ in pairs], "other": [b for _, b in pairs]}),
        loss=MultipleNegativesRankingLoss,
        evaluator=InformationRetrievalEvaluator(
            {f"q{n}": text for n, (text, _) in enumerate(asked)},
            {f"d{n}": text for n, (text, _) in enumerate(among)},
            {
                f"q{n}": {f"d{m}" for m, (_, other) in enumerate(among) if other == intent}
                for n, (_, intent) in enumerate(asked)
            },
            write_csv=False,
        ),
    )


def _cranfield(folder: Path) -> Task:
    """A title finds its abstract in training; questions find abstracts when it is judged."""
    queries, documents, right = queries_and_documents(folder)
    pairs = [(title, text) for title, text in documents.values() if title and text]
    relevant: dict[str, set[str]] = {}
    for query, document in right:
        if document in documents:
            relevant.setdefault(f"q{query}", set()).add(document)
    return Task(
        name="Cranfield, NDCG@10",
        statistic=Statistic.MEAN,
        rows=Dataset.from_dict({"title": [a for a, _ in pairs], "text": [b for _, b in pairs]}),
        loss=MultipleNegativesRankingLoss,
        evaluator=InformationRetrievalEvaluator(
            {f"q{n}": text for n, text in enumerate(queries)},
            {number: text for number, (_, text) in documents.items()},
            relevant,
            write_csv=False,
        ),
    )


def _csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))
