"""What somebody's data is, in one plain sentence. Pure: facts and a mapping in, an answer out."""

from dataclasses import dataclass

from backend.catalog.columns import ColumnFacts, TableFacts
from backend.recipes.format_of import Format, format_of
from backend.recipes.format_words import NO_PART, in_words, part_of
from backend.recipes.parts import part_column
from backend.recipes.schemas import Mapping
from backend.recipes.surplus import is_categorical, why_surplus
from backend.recipes.words import counted


@dataclass(frozen=True, kw_only=True)
class Recognised:
    """`columns` says of each column, in the table's order, what it is; `surplus` why those that
    have no part are left out. `ready_rows`: at most so many rows lack nothing that is mapped.
    `part` is the column that divides the rows already."""

    format: Format
    sentence: str
    columns: dict[str, str]
    surplus: dict[str, str]
    ready_rows: int
    part: str | None


def recognise(facts: TableFacts, mapping: Mapping | None) -> Recognised:
    """What this table is if its columns are used so; without a mapping it holds no texts."""
    if mapping is None:
        form, sentence = Format.NO_TEXTS, "No column of this looks like texts to learn from."
    else:
        label = facts.column(mapping.label) if mapping.label else None
        form = format_of(mapping, facts, label)
        sentence = f"This looks like {in_words(form, mapping, facts, label)}."
    part = part_column(facts)
    columns = {c.name: part_of(c, mapping, form, part) for c in facts.columns}
    surplus = {
        c.name: why_surplus(c, facts) or _beside(c, facts)
        for c in facts.columns
        if columns[c.name] == NO_PART
    }
    return Recognised(
        format=form,
        sentence=sentence,
        columns=columns,
        surplus=surplus,
        ready_rows=_ready_rows(mapping, facts) if mapping else 0,
        part=part,
    )


def _beside(column: ColumnFacts, facts: TableFacts) -> str:
    if is_categorical(column, facts):
        return f"has only {counted(column.distinct, 'short value', 'short values')}"
    return "is no part of what is learned"


def _ready_rows(mapping: Mapping, facts: TableFacts) -> int:
    """A missing query leaves a document to search among, and nothing to learn from."""
    needed = [*mapping.inputs, *([mapping.label] if mapping.label else [])]
    columns = [column for name in needed if (column := facts.column(name))]
    return facts.rows - max((c.nulls + c.empty for c in columns), default=0)
