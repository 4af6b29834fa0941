"""The page of the losses, by what they learn from."""

from collections.abc import Iterator

from backend.catalog.losses import FAMILIES
from backend.catalog.rows import LossRow
from tools.reference.forms import forms, settings
from tools.reference.markdown import bullets, code, page, text


def losses() -> str:
    parts = [
        part
        for family, rows in FAMILIES.items()
        for part in (f"## {text(family)}", *(one for row in rows for one in _loss(row)))
    ]
    return page(
        "Losses",
        "What a training can aim for: the data that each loss takes, and what can be set. Columns of "
        "texts count by their order; their names don't matter. Where several fit, the first on this "
        "page is recommended.",
        *parts,
    )


def _loss(row: LossRow) -> Iterator[str]:
    yield f"### {row.name}"
    yield text(row.purpose)
    yield "It takes what the loss takes that it wraps." if row.wraps else forms(row.accepts)
    yield settings(row.parameters)
    yield bullets(_facts(row))


def _facts(row: LossRow) -> Iterator[str]:
    for name, what in row.models.items():
        yield f"Needs a model as {code(name)}: it {text(what)}."
    for name, where in row.filled.items():
        yield f"{code(name)} is filled by the studio: {text(where)}."
    if row.in_batch_negatives:
        yield "The other texts of a batch are its wrong answers: larger batches teach more."
    yield f"Rows are put into batches by [{code(row.sampler)}](samplers.md)."
    yield f"Source: {text(row.source)}."
