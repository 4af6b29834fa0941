"""What an owner writes on their things, and what means nothing to the studio: tags and pairs."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints
from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

_PRINTABLE = r"^[^\x00-\x1f,]+$"

Tag = Annotated[
    str,
    StringConstraints(min_length=1, max_length=50, pattern=_PRINTABLE, strip_whitespace=True),
]


def _each_once(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(tags))


Tags = Annotated[
    list[Tag],
    Field(max_length=20, description="Words to find it by, each at most 50 characters."),
    AfterValidator(_each_once),
]
Key = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=_PRINTABLE)]
Value = Annotated[str, StringConstraints(max_length=512, pattern=r"^[^\x00]*$")]
Pairs = Annotated[
    dict[Key, Value],
    Field(max_length=16, description="Up to 16 pairs of your own, such as a commit or a ticket."),
]


def has_tag(
    session: Session, column: InstrumentedAttribute[list[Any]], tag: str
) -> ColumnElement[bool]:
    """Whether the list in `column` holds `tag`."""
    if session.get_bind().dialect.name == "sqlite":
        each = func.json_each(column).table_valued("value")
        return exists(select(each.c.value).where(each.c.value == tag))
    held = func.json_array_elements_text(column).column_valued("tag")
    return exists(select(held).where(held == tag))
