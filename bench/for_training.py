"""What stands in the way of a training: columns too many, scores on another scale, texts cut."""

import random

from transformers import AutoTokenizer

from backend.catalog.base_models import carried
from backend.datasets.findings.score_scale import score_scale
from backend.datasets.findings.surplus_columns import surplus_columns
from backend.datasets.profile import Role
from backend.recipes.schemas import DEFAULT_BASE_MODEL, Mapping
from bench.planted import SETS, Tally, rows_of
from bench.real_tables import STSB, Real, seen, table
from worker.jobs.looking.sampled import looked_at
from worker.jobs.looking.tokens import token_counter

ROWS = 500
LIMIT = 256
SCALES = ((0, 5), (1, 5), (0, 100), (0, 1), (-1, 1))
NEEDLESS = {
    "note": "seen by hand",
    "url": "https://example.org/",
    "genre": "news",
    "annotator": "the third",
}
HARMLESS = {"id": "x", "file": "train.csv"}


def surplus(real: Real, seed: int, tally: Tally) -> None:
    """Columns beside those that are mapped: some that get in the way, some that never do."""
    rng = random.Random(seed)
    for each in SETS:
        rows = each.rows(real, ROWS, seed)
        names = rng.sample(sorted(NEEDLESS), rng.randrange(len(NEEDLESS) + 1))
        more = {name: [f"{NEEDLESS[name]} {n}" for n in range(len(rows))] for name in names}
        fine = {
            name: [f"{value} {n}" for n in range(len(rows))] for name, value in HARMLESS.items()
        }
        looked = seen(table(rows, each.mapping, each.is_score, **more, **fine), each.mapping)
        found = surplus_columns(looked)
        places = {name: place for place, name in enumerate(looked.facts.names)}
        true = {places[name] for name in names}
        tally.add({places[name] for name in found.columns} if found else set(), true)


def scales(real: Real, seed: int, tally: Tally) -> None:
    """One answer a scale: will the losses take these scores for others than they are?"""
    rows = real.stsb(ROWS, seed)
    for low, high in SCALES:
        scored = [(a, b, str(low + float(s) / 5 * (high - low))) for a, b, s in rows]
        found = score_scale(seen(table(scored, STSB, numbers=True), STSB)) is not None
        tally.add({0} if found else set(), {0} if high > 1 else set())


def cut(real: Real, seed: int, tally: Tally) -> None:
    """The truth is told by the tokenizer of `transformers`, whole texts one by one."""
    rows = [(query, text) for query, _, text in real.cranfield(ROWS, seed)]
    mapping = Mapping(inputs=["query", "text"])
    tokenizer = AutoTokenizer.from_pretrained(
        str(carried(DEFAULT_BASE_MODEL)), model_max_length=10**6
    )
    long = {
        i for i, row in enumerate(rows) if any(len(tokenizer(t)["input_ids"]) > LIMIT for t in row)
    }
    looked = seen(table(rows, mapping), mapping)
    columns = [column.profile(Role.INPUT, None) for column in looked.columns]
    _, finding = looked_at(columns, looked, token_counter(DEFAULT_BASE_MODEL, {}))
    tally.add(rows_of(finding), long)
