"""Settings that name columns: which kinds will do, and what to say where one isn't there."""

import difflib
from typing import Any

from pydantic import Field
from pydantic.fields import FieldInfo

from backend.catalog.columns import ColumnType, TableFacts
from backend.problems import Fix, Pointer, Problem, replace
from backend.recipes.words import and_list

_KEY = "column_of"
_MOST_NAMES = 20


def column_of(*kinds: ColumnType, default: Any = ..., **more: Any) -> Any:
    """A setting that names a column, or several; without `kinds` any will do.

    The kinds stand in the JSON schema as `column_of`, so that a page can offer fitting columns.
    """
    wanted = list(kinds or ColumnType)
    return Field(default, json_schema_extra={_KEY: [kind.value for kind in wanted]}, **more)


def kinds_of(info: FieldInfo) -> tuple[ColumnType, ...] | None:
    """The kinds of column that a setting takes; None where it names no column."""
    extra = info.json_schema_extra
    if not isinstance(extra, dict) or _KEY not in extra:
        return None
    kinds = extra[_KEY]
    return tuple(ColumnType(str(kind)) for kind in kinds) if isinstance(kinds, list) else None


def column_problem(
    facts: TableFacts, name: str, kinds: tuple[ColumnType, ...], at: Pointer
) -> Problem | None:
    """Why the column `name` will not do; None if it will."""
    found = facts.column(name)
    if found is None:
        return unknown_column(facts, name, at)
    if found.type in kinds:
        return None
    fitting = [c.name for c in facts.columns if c.type in kinds]
    there = f" Of that kind there is {and_list(fitting[:_MOST_NAMES])}." if fitting else ""
    return Problem(
        code="wrong_kind_of_column",
        title="This column is of another kind",
        detail=f"{name!r} holds {in_words(found.type)}; needed is one of "
        f"{or_list([in_words(kind) for kind in kinds])}.{there}",
        at=at,
        fixes=(use(fitting[0], at),) if len(fitting) == 1 else (),
    )


def unknown_column(facts: TableFacts, name: str, at: Pointer) -> Problem:
    """That there is no such column, which there are, and the one that was likely meant."""
    names = facts.names
    folded = {other.casefold(): other for other in reversed(names)}
    near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    more = f" and {len(names) - _MOST_NAMES:,} more" if len(names) > _MOST_NAMES else ""
    return Problem(
        code="unknown_column",
        title="There is no such column",
        detail=f"There is no column {name!r} here; there are {and_list(names[:_MOST_NAMES])}{more}.",
        at=at,
        fixes=(use(folded[near[0]], at),) if near else (),
    )


def taken_name(name: str, at: Pointer) -> Problem:
    """That a new column would be called as one that there is."""
    return Problem(
        code="name_taken",
        title="There is already such a column",
        detail=f"There is already a column {name!r}. Rename that one, or leave it out, first.",
        at=at,
    )


def use(name: str, at: Pointer) -> Fix:
    return Fix(label=f"Use {name!r}", patch=(replace(at, name),))


def in_words(kind: ColumnType) -> str:
    return _WORDS[kind]


_WORDS = {
    ColumnType.TEXT: "texts",
    ColumnType.INTEGER: "whole numbers",
    ColumnType.NUMBER: "numbers",
    ColumnType.BOOLEAN: "true or false",
    ColumnType.NUMBERS: "lists of numbers",
    ColumnType.OTHER: "lists or objects",
}


def or_list(words: list[str]) -> str:
    return and_list(words).replace(" and ", " or ")
