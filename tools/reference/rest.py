"""The page of the REST API: every operation, and every message that is sent to webhooks."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from backend.rest.document import operations
from tools.openapi import document
from tools.reference.markdown import code, page, table, text


def rest() -> str:
    described = document()
    rows = sorted(_rows(described), key=lambda row: row[0])
    return page(
        "REST operations",
        "Every operation of the API. [Training from a script](../api.md) shows how they go together; "
        "a studio describes them to programs at `/api/openapi.json`, and the same document is "
        "[here](../openapi.json).",
        *(
            part
            for tag, of_tag in groupby(rows, key=lambda row: row[0])
            for part in (
                f"## {text(tag)}",
                table(("operation", "name", "what it does"), (row[1:] for row in of_tag)),
            )
        ),
    )


def _rows(described: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for path, method, said in operations(described):
        first = said.get("description", "").partition("\n\n")[0]
        asked = code(f"{method.upper()} {path}" if path.startswith("/") else path)
        tag = next(iter(said.get("tags", ())), "webhooks")
        yield tag, asked, code(said.get("operationId", path)), text(first)
