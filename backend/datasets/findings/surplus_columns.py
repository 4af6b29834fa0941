"""Columns that have no part in the mapping: by the rule of names each would count as an input."""

from backend.datasets.findings.finding import Finding, FindingKind, Remedy
from backend.datasets.findings.making import found, step
from backend.datasets.looking.one_pass import Seen
from backend.recipes.column_names import PART_NAMES, is_id, plain
from backend.recipes.surplus import why_surplus
from backend.recipes.words import and_list, counted

_MOST_NAMED = 5


def surplus_columns(seen: Seen) -> Finding | None:
    """Ids, parts, and the name of the file that a row came from do no harm and are not told."""
    mapping = seen.mapping
    if mapping is None:
        return None
    used = {*mapping.inputs, mapping.label, mapping.group, mapping.grade, seen.part}
    surplus = [
        column
        for column in seen.facts.columns
        if column.name not in used and not is_id(column.name)
    ]
    surplus = [
        column for column in surplus if plain(column.name) not in ("file", "row", *PART_NAMES)
    ]
    if not surplus:
        return None
    empty = [
        c.name for c in surplus if why_surplus(c, seen.facts) in ("is empty", "is mostly empty")
    ]
    names = [column.name for column in surplus]
    more = len(names) - _MOST_NAMED
    told = [*names[:_MOST_NAMED], *([f"{more:,} more"] if more > 0 else [])]
    blank = f" {len(empty):,} of them hold next to nothing." if empty else ""
    keep = [{"name": name} for name in seen.facts.names if name not in names]
    return found(
        FindingKind.SURPLUS_COLUMNS,
        f"{counted(len(names), 'column')} not needed here: {and_list(told)}. Other training "
        f"programs would read such columns as texts.{blank}",
        [],
        count=len(names),
        looked_at=seen.facts.rows,
        columns=names,
        remedies=[
            Remedy(
                label="Keep only the columns that are used",
                operations=[step("choose_columns", columns=keep)],
            )
        ],
    )
