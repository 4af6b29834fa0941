"""Which columns are probably what. A proposal: the person's own mapping is what counts."""

import re

from backend.catalog.columns import LABEL_NAMES, ColumnFacts, ColumnType, TableFacts
from backend.recipes.schemas import Mapping

_ID_LIKE = re.compile(r"^(id|idx|index|uuid|key)$|_(id|ids|idx)$", re.IGNORECASE)
_GROUP_NAMES = ("group", "group_id", "package", "source", "document", "document_id")
_NUMERIC = (ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.BOOLEAN)


def propose(facts: TableFacts) -> Mapping | None:
    """The mapping that the names suggest, or None where no column holds texts.

    Beyond the documented rule of names: a single column of numbers beside two texts is taken for
    their score, and ids are never inputs.
    """
    group = next((c.name for c in facts.columns if c.name.lower() in _GROUP_NAMES), None)
    label = _label(facts)
    inputs = [
        c.name
        for c in facts.columns
        if c.type is ColumnType.TEXT
        and c.name not in (label, group)
        and not _ID_LIKE.search(c.name)
    ]
    return Mapping(inputs=inputs, label=label, group=group) if inputs else None


def _label(facts: TableFacts) -> str | None:
    by_name = {c.name.lower(): c.name for c in facts.columns}
    named = next((by_name[name] for name in LABEL_NAMES if name in by_name), None)
    if named is not None:
        return named
    texts = [c for c in facts.columns if c.type is ColumnType.TEXT]
    numbers = [c for c in facts.columns if _could_be_score(c)]
    return numbers[0].name if len(numbers) == 1 and len(texts) == 2 else None


def _could_be_score(column: ColumnFacts) -> bool:
    return column.type in _NUMERIC and not _ID_LIKE.search(column.name)
