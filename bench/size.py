"""`make bench-size`: how small all-MiniLM-L6-v2 may be, on STS-B and on Cranfield.

STS-B: tuned briefly so that its vectors and layers may be cut (Matryoshka2dLoss of CoSENTLoss, a
quarter of the training part), every size judged on the dev part, the marked one stated once on the
test part. Cranfield: the model as it came, on all 225 questions and 1,400 abstracts; nothing taught
it to be cut. A table each, then one JSON object. Needs LIKEWISE_TEST_DATA.
"""

import csv
import json
import os
import platform
import random
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset

from backend.catalog.evaluators import EVALUATORS
from backend.models.sizes import choosing
from backend.models.sizes.schemas import DEFAULT_MARGIN, Measured
from backend.models.sizes.words import called
from backend.proof.verdict import judge
from bench.cranfield import queries_and_documents
from bench.sides import base_model, quiet
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.evaluation import (
    EmbeddingSimilarityEvaluator,
    InformationRetrievalEvaluator,
    ItemEvaluator,
)
from worker.engine.evaluation.smaller_vectors import Remembered, SmallerVectors
from worker.engine.losses import CoSENTLoss, Matryoshka2dLoss
from worker.engine.model import SentenceTransformer
from worker.engine.model.depth import keep_layers
from worker.engine.trainer import SentenceTransformerTrainer
from worker.jobs.sizes import machine_of, measured

WIDTHS = (384, 192, 96, 48)
STEPS, BATCH_SIZE = 90, 16
Scored = tuple[list[str], list[str], list[float]]


def scored(part: str) -> Scored:
    """A part of the STS Benchmark: two sentences and how alike they are, 0 to 1."""
    with (_data() / "stsb" / f"stsb-en-{part}.csv").open(encoding="utf-8", newline="") as file:
        ones, others, scores = zip(*csv.reader(file), strict=True)
    return list(ones), list(others), [float(score) / 5 for score in scores]


def tuned() -> SentenceTransformer:
    """A model whose vectors and layers may be cut."""
    model = SentenceTransformer(base_model(), device="cpu")
    rows = list(zip(*scored("train"), strict=True))
    random.Random(1).shuffle(rows)
    ones, others, scores = zip(*rows[: STEPS * BATCH_SIZE], strict=True)
    loss = Matryoshka2dLoss(
        model, CoSENTLoss(model), WIDTHS, n_layers_per_step=1, n_dims_per_step=-1
    )
    with tempfile.TemporaryDirectory() as folder:
        arguments = SentenceTransformerTrainingArguments(
            output_dir=folder,
            max_steps=STEPS,
            per_device_train_batch_size=BATCH_SIZE,
            learning_rate=5e-5,
            warmup_steps=STEPS // 10,
            seed=1,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            use_cpu=True,
        )
        train = Dataset.from_dict({"one": ones, "other": others, "score": scores})
        SentenceTransformerTrainer(model, arguments, train_dataset=train, loss=loss).train()
    return model


def of_pairs(part: str) -> ItemEvaluator:
    return EmbeddingSimilarityEvaluator(*scored(part), batch_size=32, write_csv=False)


def of_cranfield() -> ItemEvaluator:
    queries, documents, right = queries_and_documents(_data() / "cranfield")
    relevant: dict[str, set[str]] = {}
    for query, document in right:
        relevant.setdefault(str(query), set()).add(document)
    corpus = {number: f"{title} {text}".strip() for number, (title, text) in documents.items()}
    asked = {str(place): text for place, text in enumerate(queries)}
    return InformationRetrievalEvaluator(asked, corpus, relevant, batch_size=32, write_csv=False)


def stsb() -> dict[str, Any]:
    """On dev the table, on test the marked one."""
    model = tuned()
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder, create_model_card=False)
        row = EVALUATORS["EmbeddingSimilarityEvaluator"]
        found = measured(model, row, of_pairs("dev"), WIDTHS, machine_of(model), lambda _: None)
        chosen = told("STS-B, dev", found)
        size = found.tried[choosing.smallest(found.tried, DEFAULT_MARGIN)]
        whole, small = (SentenceTransformer(folder, device="cpu") for _ in range(2))
        if size.layers is not None:
            keep_layers(small, size.layers)
        prove = of_pairs("test")
        stored = SmallerVectors(Remembered(small), size.dimensions, size.precision.value)
        stated = judge(row, found.metric, prove.measure(whole).items, prove.measure(stored).items)
    print(f"The marked one beside the whole model on test: {stated.sentence}\n", flush=True)
    return chosen | {"stated_difference": round(stated.difference, 4), "stated_ci95": stated.ci95}


def cranfield() -> dict[str, Any]:
    model = SentenceTransformer(base_model(), device="cpu")
    row = EVALUATORS["InformationRetrievalEvaluator"]
    found = measured(model, row, of_cranfield(), WIDTHS, machine_of(model), lambda _: None)
    return told("Cranfield", found)


def told(name: str, found: Measured) -> dict[str, Any]:
    """Print the table; gives what is marked."""
    print(f"{name}: {found.metric} on {found.judged:,} {found.items}; {found.machine}\n")
    print(
        "| size | bytes | ms a text | quality | difference | 95 % interval | may lose | so it is |"
    )
    print("|---|---|---|---|---|---|---|---|")
    standings = choosing.standings(found.tried, DEFAULT_MARGIN)
    losses = choosing.may_lose(found.tried, DEFAULT_MARGIN)
    place = choosing.smallest(found.tried, DEFAULT_MARGIN)
    for n, (size, standing, loss) in enumerate(zip(found.tried, standings, losses, strict=True)):
        mark = " ← the smallest" if n == place else ""
        print(
            f"| {called(size.layers, size.dimensions, size.precision)} | {size.bytes_per_vector:,} "
            f"| {size.milliseconds_per_text:.2f} | {size.quality:.4f} | {size.difference:+.4f} "
            f"| {size.ci95[0]:+.4f} to {size.ci95[1]:+.4f} | {loss:.4f} | {standing.value}{mark} |"
        )
    print(flush=True)
    whole, chosen = found.tried[0], found.tried[place]
    return {
        "whole": round(whole.quality, 4),
        "chosen": called(chosen.layers, chosen.dimensions, chosen.precision),
        "quality": round(chosen.quality, 4),
        "ci95": [round(end, 4) for end in chosen.ci95],
        "times_smaller": round(whole.bytes_per_vector / chosen.bytes_per_vector, 1),
        "milliseconds_per_text": round(chosen.milliseconds_per_text, 2),
    }


def _data() -> Path:
    folder = os.environ.get("LIKEWISE_TEST_DATA")
    if not folder:
        raise SystemExit("LIKEWISE_TEST_DATA names no folder with stsb/ and cranfield/ in it.")
    return Path(folder)


def main() -> None:
    packages = ("torch", "transformers")
    print(
        f"{platform.machine()}, {torch.get_num_threads()} threads, Python "
        f"{platform.python_version()}, " + ", ".join(f"{p} {version(p)}" for p in packages) + "\n"
    )
    print(json.dumps({"margin": DEFAULT_MARGIN, "stsb": stsb(), "cranfield": cranfield()}))


if __name__ == "__main__":
    with quiet():
        main()
