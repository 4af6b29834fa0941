"""The page of the evaluators."""

from collections.abc import Iterator

from backend.catalog.evaluators import EVALUATORS
from backend.catalog.rows import EvaluatorRow
from tools.reference.forms import forms
from tools.reference.markdown import bullets, code, page, text


def evaluators() -> str:
    return page(
        "Evaluators",
        "How a model is measured: the data that each takes, and the figure that speaks for it. The "
        "first of a recipe that can prove gives the [verdict](../proof.md).",
        *(part for row in EVALUATORS.values() for part in _evaluator(row)),
    )


def _evaluator(row: EvaluatorRow) -> Iterator[str]:
    yield f"## {row.name}"
    yield text(row.purpose)
    yield forms(row.accepts)
    yield bullets(_facts(row))


def _facts(row: EvaluatorRow) -> Iterator[str]:
    yield f"Its figure is {code(row.metric)}, over {text(row.items)} ({text(row.statistic.value)})."
    if row.only_beside:
        yield f"It never gives the verdict. {text(row.only_beside)}"
    if row.of_loss:
        yield f"Only with {code(row.of_loss)}, whose own weights it measures."
    if row.whole_only:
        yield f"Not for smaller vectors. {text(row.whole_only)}"
    for name, where in row.filled.items():
        yield f"{code(name)} is filled by the studio: {text(where)}."
    yield f"Source: {text(row.source)}."
