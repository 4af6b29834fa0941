"""What is wrong with a column that is to say which part each row belongs to. Pure."""

from collections.abc import Iterator

from backend.catalog.columns import ColumnFacts, TableFacts
from backend.problems import Fix, Pointer, Problem, add, remove
from backend.recipes.held_out import FEWEST_TO_PROVE, FEWEST_TO_TRAIN, held_out_problems
from backend.recipes.parts import SYNONYMS, part_column, rows_of, unknown_values
from backend.recipes.schemas import HeldOut, Mapping
from backend.recipes.words import and_list, counted


def part_problems(
    held_out: HeldOut, mapping: Mapping, facts: TableFacts, at: Pointer
) -> Iterator[Problem]:
    """`at` is the place of `held_out`, whose `part` is given."""
    column = facts.column(str(held_out.part))
    if column is None:
        yield _problem(
            "unknown_column",
            "There is no such column",
            f"The data has no column {held_out.part!r}. It has: {and_list(facts.names)}.",
            held_out,
            mapping,
            facts,
            at,
        )
        return
    if column.name in (*mapping.inputs, mapping.label):
        yield _problem(
            "column_used_twice",
            "A column is used twice",
            f"{column.name!r} is learned from, and can't also say which part a row belongs to.",
            held_out,
            mapping,
            facts,
            at,
        )
    elif reason := _no_parts(column, mapping, facts):
        yield _problem(
            "unknown_part", "This column names no parts", reason, held_out, mapping, facts, at
        )
    else:
        yield from _too_few(column, held_out, mapping, facts, at)
    drawn = [n for n in ("choose_rows", "prove_rows") if getattr(held_out, n) is not None]
    if drawn:
        by_column = Fix(label="Go by the column", patch=tuple(remove(at / name) for name in drawn))
        yield Problem(
            code="parts_and_rows",
            title="Rows are divided twice",
            detail=f"{held_out.part!r} says of each row which part it belongs to, so that nothing "
            f"is drawn; leave {and_list(drawn)} out.",
            at=at / drawn[0],
            fixes=(by_column, *_draw_rows(held_out, facts, at)),
        )


def _draw_rows(held_out: HeldOut, facts: TableFacts, at: Pointer) -> tuple[Fix, ...]:
    """Without the column, if that leaves enough rows everywhere."""
    drawn = held_out.model_copy(update={"part": None})
    if any(held_out_problems(drawn, facts.rows, at)):
        return ()
    return (Fix(label="Let rows be drawn instead", patch=(remove(at / "part"),)),)


def _other_column(
    held_out: HeldOut, mapping: Mapping, facts: TableFacts, at: Pointer
) -> tuple[Fix, ...]:
    """Another one that divides the rows soundly."""
    name = part_column(facts)
    instead = HeldOut(part=name)
    if name in (None, held_out.part) or any(part_problems(instead, mapping, facts, at)):
        return ()
    return (Fix(label=f"Go by {name!r}", patch=(add(at, instead.model_dump()),)),)


def _no_parts(column: ColumnFacts, mapping: Mapping, facts: TableFacts) -> str | None:
    """Why the values of this column can't be parts; None if they can, as far as is known."""
    words = "Each row must say train, choose or prove (dev, validation and test will do)"
    if not column.counts:
        return f"{words}; {column.name!r} has {counted(column.distinct, 'other value')}."
    if unknown := unknown_values(column):
        return (
            f"{words}; {column.name!r} also says {and_list([repr(value) for value in unknown])}. "
            "Mend these values, or leave their rows out."
        )
    missing, asked = column.nulls + column.empty, facts.column(mapping.inputs[0])
    unasked = asked.nulls + asked.empty if asked else 0
    if missing > unasked:  # a document that nobody asked for belongs to no part
        return f"{words}; {column.name!r} says nothing in {counted(missing, 'row')}."
    return None


def _too_few(
    column: ColumnFacts, held_out: HeldOut, mapping: Mapping, facts: TableFacts, at: Pointer
) -> Iterator[Problem]:
    rows = {part: rows_of(column, part) for part in SYNONYMS}
    if rows["train"] < FEWEST_TO_TRAIN:
        yield _problem(
            "too_few_rows",
            "Too little data",
            f"{column.name!r} leaves {counted(rows['train'], 'row')} to learn from, and at least "
            f"{FEWEST_TO_TRAIN} are needed.",
            held_out,
            mapping,
            facts,
            at,
        )
    elif 0 < rows["prove"] < FEWEST_TO_PROVE:
        yield _problem(
            "too_few_to_prove",
            "Too few rows to prove anything",
            f"{column.name!r} keeps {counted(rows['prove'], 'row')} to prove with, and fewer than "
            f"{FEWEST_TO_PROVE} can't prove anything.",
            held_out,
            mapping,
            facts,
            at,
        )


def _problem(
    code: str,
    title: str,
    detail: str,
    held_out: HeldOut,
    mapping: Mapping,
    facts: TableFacts,
    at: Pointer,
) -> Problem:
    fixes = (*_other_column(held_out, mapping, facts, at), *_draw_rows(held_out, facts, at))
    return Problem(code=code, title=title, detail=detail, at=at / "part", fixes=fixes)
