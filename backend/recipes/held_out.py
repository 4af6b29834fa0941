"""How many rows are kept aside: enough to learn from, enough to prove something, or no verdict."""

from collections.abc import Iterator

from backend.problems import Fix, Pointer, Problem, add
from backend.recipes.schemas import HeldOut
from backend.recipes.words import counted

FEWEST_TO_TRAIN = 8
FEWEST_TO_PROVE = 20


def sensible(rows: int) -> HeldOut | None:
    """The usual shares; where those prove nothing, more; where that is too much, no verdict.

    None where there are too few rows for anything.
    """
    wishes = (HeldOut(), HeldOut(prove_rows=FEWEST_TO_PROVE), HeldOut(prove_rows=0))
    return next((wish for wish in wishes if _is_enough(wish, rows)), None)


def held_out_problems(held_out: HeldOut, rows: int, at: Pointer) -> Iterator[Problem]:
    """What is wrong with keeping so many of `rows` aside."""
    choose, prove = held_out.rows(rows)
    left = rows - choose - prove
    if left < FEWEST_TO_TRAIN:
        yield Problem(
            code="too_few_rows",
            title="Too little data",
            detail=f"Of {counted(rows, 'row')}, {choose:,} are kept to choose and {prove:,} to "
            f"prove; {max(left, 0)} are left to learn from, and at least {FEWEST_TO_TRAIN} are "
            "needed.",
            at=at,
            fixes=tuple(_fix(wish, at) for wish in (sensible(rows),) if wish),
        )
    elif 0 < prove < FEWEST_TO_PROVE:
        wishes = (held_out.model_copy(update={"prove_rows": wish}) for wish in (FEWEST_TO_PROVE, 0))
        yield Problem(
            code="too_few_to_prove",
            title="Too few rows to prove anything",
            detail=f"{counted(prove, 'row')} can't prove anything; keep at least "
            f"{FEWEST_TO_PROVE} aside (prove_rows), or 0 to train without a verdict.",
            at=at / "prove_rows",
            fixes=tuple(_fix(wish, at) for wish in wishes if _is_enough(wish, rows)),
        )


def _is_enough(held_out: HeldOut, rows: int) -> bool:
    choose, prove = held_out.rows(rows)
    return rows - choose - prove >= FEWEST_TO_TRAIN and not 0 < prove < FEWEST_TO_PROVE


def _fix(wish: HeldOut, at: Pointer) -> Fix:
    words = {None: "Keep the usual share aside", 0: "Train without a verdict"}
    label = words.get(wish.prove_rows, f"Keep {wish.prove_rows} rows aside to prove with")
    return Fix(label=label, patch=(add(at, wish.model_dump()),))
