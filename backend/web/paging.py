"""Lists in pages: `?limit=50&cursor=…` → `{"items": […], "next_cursor": …}`.

Ids sort by age, so the cursor is the last id seen: rows that come or go meanwhile shift nothing.
"""

from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

Out = TypeVar("Out")
Row = TypeVar("Row")

Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Cursor = Annotated[
    str | None,
    Query(
        max_length=1_000,
        pattern=r"^[\w.=-]+$",
        description="`next_cursor` of the page before.",
        examples=["run_01h455vb4pex5vsknk084sn02q"],
    ),
]


class Page(BaseModel, Generic[Out]):
    items: list[Out]
    next_cursor: str | None = None


def newest_first(
    session: Session,
    query: Select[Row],
    key: InstrumentedAttribute[Any],
    limit: int,
    cursor: str | None,
    show: Callable[[Row], Out],
) -> Page[Out]:
    """One page of `query`, newest first by `key`, an id."""
    if cursor is not None:
        query = query.where(key < cursor)
    rows = list(session.scalars(query.order_by(key.desc()).limit(limit + 1)))
    items = [show(row) for row in rows[:limit]]
    last = getattr(rows[limit - 1], key.key) if len(rows) > limit else None
    return Page(items=items, next_cursor=None if last is None else str(last))
