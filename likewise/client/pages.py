"""Lists that come in pages, as one list."""

from typing import Generic, TypeVar

from pydantic import BaseModel

from likewise.client.http import Http

Out = TypeVar("Out")

LARGEST_PAGE = 200


class Page(BaseModel, Generic[Out]):
    items: list[Out]
    next_cursor: str | None = None


def newest(
    http: Http, path: str, kind: type[Page[Out]], limit: int, /, **filters: object
) -> list[Out]:
    """The newest `limit` of a list, newest first; all filters that are None are left out."""
    items: list[Out] = []
    cursor = None
    while len(items) < limit:
        size = min(limit - len(items), LARGEST_PAGE)
        params = {**filters, "limit": size, "cursor": cursor}
        page = http.ask("GET", path, kind, params=params)
        items += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    return items
