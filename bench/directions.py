"""Sets with a direction, turned round; and sets in which nothing is the wrong way round."""

import itertools
from collections.abc import Iterator

from backend.datasets.findings.reversed_direction import reversed_direction
from backend.datasets.sample import sample_table
from backend.recipes.schemas import Mapping
from bench.planted import Tally
from bench.real_tables import Real, Row, seen, table

SEEDS = range(5)
ROWS = 300


def directions(real: Real, tally: Tally) -> None:
    """One answer a set: is it the wrong way round?"""
    for name, rows in _directed(real):
        _judge(f"{name}, reversed", [(row[1], row[0], *row[2:]) for row in rows], True, tally)
        _judge(name, rows, False, tally)
    for name, rows in _undirected(real):
        _judge(name, rows, False, tally)


def _judge(name: str, rows: list[Row], is_reversed: bool, tally: Tally) -> None:
    """Where the set's name speaks of a label, the last cell of a row is one."""
    label = "label" if "label" in name else None
    inputs = ["one", "two", "three"][: len(rows[0]) - bool(label)]
    mapping = Mapping(inputs=inputs, label=label)
    found = reversed_direction(seen(table(rows, mapping), mapping)) is not None
    tally.add({0} if found else set(), {0} if is_reversed else set())
    if found != is_reversed:
        tally.missed.append(name)


def _directed(real: Real) -> Iterator[tuple[str, list[Row]]]:
    """Questions first, then what answers them."""
    for seed in SEEDS:
        answered = real.cranfield(ROWS, seed)
        yield f"cranfield {seed}", [(query, text) for query, _, text in answered]
        yield f"cranfield titles {seed}", [(query, title) for query, title, _ in answered]
        others = [*answered[1:], answered[0]]
        triplets = [(a[0], a[2], b[2]) for a, b in zip(answered, others, strict=True)]
        yield f"cranfield triplets {seed}", triplets
        both = [(query, title, "yes") for query, title, _ in answered]
        both += [(a[0], b[1], "no") for a, b in zip(answered, others, strict=True)]
        yield f"cranfield titles, right and wrong {seed}, label", both
        asked = [(text, intent.replace("_", " ")) for text, intent in real.banking(ROWS, seed)]
        yield f"banking77 intents {seed}", asked


def _undirected(real: Real) -> Iterator[tuple[str, list[Row]]]:
    """Neither column asks more than the other."""
    for seed in SEEDS:
        yield f"stsb {seed}, label", real.stsb(ROWS, seed)
        yield f"med {seed}, label", real.med(ROWS, seed)
        yield f"stsb {seed}", [row[:2] for row in real.stsb(ROWS, seed)]
        yield f"med {seed}", [row[:2] for row in real.med(ROWS, seed)]
        by_intent = sorted(real.banking(3_000, seed), key=lambda row: row[1])
        pairs = [(a[0], b[0]) for a, b in itertools.pairwise(by_intent) if a[1] == b[1]]
        yield f"banking77 pairs {seed}", pairs[:ROWS]
    names = [(row["name"], row["summary"]) for row in sample_table().to_pylist()]
    yield "the sample", names
    yield "the sample, turned round", [(summary, name) for name, summary in names]
