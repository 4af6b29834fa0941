"""Queries with judged documents: which rows answer, and among which documents one searches. Pure."""

import pyarrow as pa
import pyarrow.compute as pc

from backend.recipes.schemas import Mapping


def answered(table: pa.Table, mapping: Mapping) -> pa.Table:
    """The rows whose second text answers the first; all, where no column says otherwise."""
    if mapping.grade is None:
        return table
    grades = table.column(mapping.grade).cast(pa.float64())
    return table.filter(pc.fill_null(pc.greater(grades, 0), False))


def documents(table: pa.Table, mapping: Mapping) -> list[str]:
    """Every document of the table, each once, in their order; none, where rows are mere pairs.

    Pairs are with a grade, or beside documents that nobody asked for, a collection to search.
    """
    if len(mapping.inputs) < 2:
        return []
    query, document = (table.column(name) for name in mapping.inputs[:2])
    unasked = pc.and_(_is_blank(query), pc.invert(_is_blank(document)))
    if mapping.grade is None and not pc.any(unasked, min_count=0).as_py():
        return []
    found: list[str] = pc.unique(document.filter(pc.invert(_is_blank(document)))).to_pylist()
    return found


def compared(mapping: Mapping) -> Mapping:
    """The texts by which rows of two parts would be the same: of a collection, the queries alone,
    for its documents are there for all of them."""
    if mapping.grade is None:
        return mapping
    return mapping.model_copy(update={"inputs": mapping.inputs[:1]})


def _is_blank(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.equal(pc.fill_null(pc.utf8_trim_whitespace(column), ""), "")
