"""Which columns are probably what. A proposal: the person's own mapping is what counts."""

import re

from backend.catalog.columns import LABEL_NAMES, ColumnFacts, ColumnType, TableFacts
from backend.recipes.schemas import MOST_INPUTS, Mapping

_ID_LIKE = re.compile(r"^(id|idx|index|uuid|key)$|_(id|ids|idx)$", re.IGNORECASE)
_GROUP_NAMES = ("group", "group_id", "package", "source", "document", "document_id")
_NUMERIC = (ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.BOOLEAN)


def propose(facts: TableFacts) -> Mapping | None:
    """The mapping that the names suggest, or None where no column holds texts.

    Beyond the documented rule of names: a single column of numbers beside two texts is taken for
    their score, and neither ids nor columns without any value have a part.
    """
    columns = [c for c in facts.columns if c.nulls + c.empty < facts.rows]
    group = next((c.name for c in columns if c.name.lower() in _GROUP_NAMES), None)
    label = _label([c for c in columns if c.name != group])
    inputs = [c.name for c in columns if _could_be_input(c) and c.name not in (label, group)]
    if not inputs:
        return None
    return Mapping(inputs=inputs[:MOST_INPUTS], label=label, group=group)


def _label(columns: list[ColumnFacts]) -> str | None:
    by_name = {c.name.lower(): c.name for c in columns}
    named = next((by_name[name] for name in LABEL_NAMES if name in by_name), None)
    if named is not None:
        return named
    texts = [c for c in columns if _could_be_input(c)]
    numbers = [c for c in columns if _could_be_score(c)]
    return numbers[0].name if len(numbers) == 1 and len(texts) == 2 else None


def _could_be_input(column: ColumnFacts) -> bool:
    return column.type is ColumnType.TEXT and not _ID_LIKE.search(column.name)


def _could_be_score(column: ColumnFacts) -> bool:
    return column.type in _NUMERIC and not _ID_LIKE.search(column.name)
