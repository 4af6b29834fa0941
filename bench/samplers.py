"""`make bench-samplers`: whole epochs of batches of 64, and what retrieval costs beside encoding.

Rows to a million; texts that are nearly all different, and 150 positives for all rows. Each
sampler is made and walked in a process of its own, beside sentence-transformers' under the same
name, which is cut after a minute. Then `InformationRetrievalEvaluator` on 10,000 documents, against
encoding its texts alone. The last line is one JSON object.
"""

import json
import platform
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median
from typing import Any

import torch
from datasets import Dataset
from tokenizers import Tokenizer

from bench.sides import OURS, SIDES, THEIRS, Side, base_model, quiet
from bench.speed import high_water_kibibytes
from bench.texts import WORDS

BATCH_SIZE = 64
ROWS = (10_000, 100_000, 1_000_000)
FEW, MANY = "few equal texts", "150 positives"
SAMPLERS = ("NoDuplicatesBatchSampler", "GroupByLabelBatchSampler", "DefaultBatchSampler")
MOST_SECONDS = 60.0
DOCUMENTS, QUERIES, ROUNDS = 10_000, 500, 5
WIDTH = 384


@dataclass(frozen=True)
class Walked:
    """Seconds to make a sampler and walk an epoch, and what it held beyond its rows, at most."""

    seconds: float
    mebibytes: float


def rows(count: int, equal: str) -> Dataset:
    """Anchors that are all different, and positives that are not; a label for what wants one."""
    distinct = 150 if equal == MANY else count - count // 100
    drawn = random.Random(1)
    return Dataset.from_dict(
        {
            "anchor": [f"question {n}" for n in range(count)],
            "positive": [f"answer {drawn.randrange(distinct)}" for _ in range(count)],
            "label": [drawn.randrange(1_000) for _ in range(count)],
        }
    )


def walk(side: Side, name: str, count: int, equal: str) -> Walked:
    """In this process: once for all, since it tells its highest memory."""
    found = getattr(side.part("sampler"), name)
    dataset = rows(count, equal)
    dataset[:1], found
    before = high_water_kibibytes()
    began = time.perf_counter()
    sampler = found(dataset, BATCH_SIZE, True, ["label"], torch.Generator().manual_seed(1), seed=1)
    batches = sum(1 for _ in sampler)
    seconds = time.perf_counter() - began
    if batches == 0:
        raise SystemExit(f"{name} gave no batch")
    return Walked(seconds, (high_water_kibibytes() - before) / 1024)


def walked(side: Side, name: str, count: int, equal: str) -> Walked | None:
    """The same in a process of its own; None where it takes longer than a minute."""
    command = [sys.executable, "-m", "bench.samplers", side.package, name, str(count), equal]
    try:
        run = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=MOST_SECONDS + 60
        )
    except subprocess.TimeoutExpired:
        return None
    return Walked(**json.loads(run.stdout.splitlines()[-1]))


def retrieval_over_encoding(side: Side, model: Any) -> float:
    """The evaluator's seconds, for one second of encoding what it encodes."""
    drawn = random.Random(2)
    texts = [" ".join(drawn.choices(WORDS, k=drawn.randint(8, 40))) for _ in range(DOCUMENTS)]
    corpus = {f"d{n}": text for n, text in enumerate(texts)}
    queries = {f"q{n}": " ".join(texts[n].split()[:5]) for n in range(QUERIES)}
    relevant = {f"q{n}": {f"d{n}"} for n in range(QUERIES)}
    evaluator = side.part("evaluation").InformationRetrievalEvaluator(queries, corpus, relevant)
    ratios = []
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        model.encode_query(list(queries.values()), convert_to_tensor=True)
        model.encode_document(texts, convert_to_tensor=True)
        encoded = time.perf_counter()
        evaluator(model)
        ratios.append((time.perf_counter() - encoded) / (encoded - began))
    return median(ratios[1:])


def static_model(side: Side) -> Any:
    """Of the models that there are the one that encodes soonest: nothing hides the search."""
    torch.manual_seed(1)
    tokenizer = Tokenizer.from_file(str(base_model() / "tokenizer.json"))
    static = side.part("models").StaticEmbedding(tokenizer, embedding_dim=WIDTH)
    return side.library.SentenceTransformer(modules=[static], device="cpu")


def main() -> None:
    packages = ("torch", "datasets", "sentence-transformers")
    print(
        f"{platform.machine()}, {torch.get_num_threads()} threads, Python "
        f"{platform.python_version()}, " + ", ".join(f"{p} {version(p)}" for p in packages)
    )
    figures: dict[str, float | None] = {}
    for name in SAMPLERS:
        for equal in (FEW, MANY) if name.startswith("NoDuplicates") else (FEW,):
            found = {count: _told(name, count, equal) for count in ROWS}
            short = f"{name.removesuffix('BatchSampler')}, {equal}"
            figures[f"{short}: a million"] = round(found[ROWS[-1]].seconds, 2)
            growth = found[ROWS[-1]].seconds / found[ROWS[-2]].seconds
            figures[f"{short}: ten times the rows"] = round(growth, 2)
    for side in SIDES:
        figures[f"retrieval over encoding, {side.package}"] = round(
            retrieval_over_encoding(side, static_model(side)), 3
        )
    print(json.dumps(figures))


def _told(name: str, count: int, equal: str) -> Walked:
    ours, theirs = (walked(side, name, count, equal) for side in (OURS, THEIRS))
    if ours is None:
        raise SystemExit(f"Our {name} took longer than a minute for {count:,} rows, {equal}.")
    told = [
        f"{each.seconds:7.2f} s, {each.mebibytes:5.0f} MiB" if each else "cut after a minute"
        for each in (ours, theirs)
    ]
    print(f"{name:26} {count:9,} rows, {equal:15} ours {told[0]}; theirs {told[1]}", flush=True)
    return ours


def one(package: str, name: str, count: str, equal: str) -> None:
    """What a process of its own does."""
    found = walk(Side(package), name, int(count), equal)
    print(json.dumps({"seconds": found.seconds, "mebibytes": found.mebibytes}))


if __name__ == "__main__":
    with quiet():
        one(*sys.argv[1:]) if sys.argv[1:] else main()
