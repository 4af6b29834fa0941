"""Lists in an order of the reader's choice, in pages that rows coming or going don't shift.

The cursor holds the last row's sorting values; ids break ties, and sort by age.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend.problems import Invalid, Pointer, Problem
from backend.web.paging import Page

Out = TypeVar("Out")
Row = TypeVar("Row")


def sorted_page(
    session: Session,
    query: Select[Row],
    keys: Sequence[InstrumentedAttribute[Any]],
    is_descending: bool,
    limit: int,
    cursor: str | None,
    show: Callable[[Row], Out],
) -> Page[Out]:
    """One page of `query` by `keys`, of which the last is an id.

    Raises Invalid for a cursor that no list of this order gave.
    """
    if cursor is not None:
        place, last = tuple_(*keys), tuple_(*_values(cursor, len(keys)))
        query = query.where(place < last if is_descending else place > last)
    order = [key.desc() if is_descending else key for key in keys]
    rows = list(session.scalars(query.order_by(*order).limit(limit + 1)))
    items = [show(row) for row in rows[:limit]]
    end = rows[limit - 1] if len(rows) > limit else None
    return Page(items=items, next_cursor=None if end is None else _cursor(end, keys))


def _cursor(row: Any, keys: Sequence[InstrumentedAttribute[Any]]) -> str:
    values = [str(getattr(row, key.key)) for key in keys]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _values(cursor: str, count: int) -> list[str]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        values = None
    is_list = isinstance(values, list) and len(values) == count
    if not is_list or not all(isinstance(value, str) and "\0" not in value for value in values):
        raise Invalid(
            Problem(
                code="wrong_cursor",
                title="This cursor is of no page of this list",
                detail="Give back `next_cursor` of the page before, with the same `sort`.",
                at=Pointer("/cursor"),
            )
        )
    return list(values)
