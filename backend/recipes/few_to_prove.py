"""Said before a training: so few items will prove it that only a large gain would show.

How many rows are kept to prove is known, and of questions how many different ones those hold. What
a difference must be to be noticed falls with the root of that number: of 50 questions it takes
twice what it takes of 200 (docs/proof.md).
"""

from collections.abc import Iterator, Mapping
from math import ceil

from backend.catalog.columns import TableFacts
from backend.catalog.evaluators import EVALUATORS
from backend.catalog.rows import EvaluatorRow
from backend.catalog.track_record import TRACK_RECORD
from backend.ids import VersionId
from backend.problems import Fix, Pointer, Problem, add
from backend.recipes.losses import innermost
from backend.recipes.schemas import DatasetUse, Recipe

ENOUGH = 100
"""Items. A difference that 112 of them show in 84 of 100 draws, 50 show in 52 (bench/RESULTS.md)."""
_AT = Pointer("/datasets/0/held_out")


def few_to_prove(recipe: Recipe, tables: Mapping[VersionId, TableFacts]) -> Iterator[Problem]:
    """One word of advice, or none. Where a column says which rows prove, nothing is reckoned."""
    use = recipe.datasets[0]
    facts = tables.get(use.version)
    row = next((row for each in recipe.evaluators if (row := EVALUATORS.get(each.name))), None)
    if facts is None or row is None or not facts.rows or use.held_out.part:
        return
    _, prove = use.held_out.rows(facts.rows)
    different = _different(use, facts) if row.searches else facts.rows
    items = prove * different // facts.rows
    if 0 < items < ENOUGH:
        yield Problem(
            code="few_to_prove",
            title=f"Don't expect a clear verdict: few {row.items} will prove it",
            detail=f"About {items} {row.items} will. So few show only a large gain; a smaller one "
            f"ends with “can't tell yet”. {_instead(row, facts.rows, different)}"
            f"{_precedent(recipe)}",
            at=_AT,
            fixes=tuple(_more_aside(use, facts.rows, different)),
        )


def _different(use: DatasetUse, facts: TableFacts) -> int:
    """How many texts there are to search with."""
    of_first = (column.distinct for column in facts.columns if column.name == use.mapping.inputs[0])
    return min(next(of_first, 0) or facts.rows, facts.rows)


def _instead(row: EvaluatorRow, rows: int, different: int) -> str:
    if different == rows:
        return "Bring more rows."
    return (
        f"Your {rows:,} rows hold {different:,} different {row.items}: bring more of those; more "
        "answers to the same prove no more."
    )


def _precedent(recipe: Recipe) -> str:
    """What became of the same proposal on data where it was not shown to help."""
    loss = innermost(recipe.loss).name
    found = [each for each in TRACK_RECORD if each.loss == loss and each.ci95[0] <= 0]
    return "".join(
        f" On {each.dataset}, with {each.items} {each.of} to prove, what the studio proposes went "
        f"from {each.before:.3f} to {each.after:.3f}: no gain was shown."
        for each in found
    )


def _more_aside(use: DatasetUse, rows: int, different: int) -> Iterator[Fix]:
    """More rows to prove with, where as many are left to learn from."""
    enough = ceil(ENOUGH * rows / different)
    if 2 * enough <= rows:
        held_out = use.held_out.model_copy(update={"prove_rows": enough})
        yield Fix(
            label=f"Keep {enough:,} rows aside to prove with",
            patch=(add(_AT, held_out.model_dump()),),
        )
