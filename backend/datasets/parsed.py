"""What reading files gave, as the process that read them tells it to the one that keeps it."""

from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any, Self

from pydantic import BaseModel

from backend.catalog.columns import TableFacts
from backend.datasets import facts
from backend.datasets.reading.one import Table


class Parsed(BaseModel):
    """A table that lies in a Parquet file beside this. `operation` says what it was made from, for
    the version's row; `name` what a new dataset of it is called."""

    name: str
    operation: dict[str, Any]
    content_hash: str
    table: dict[str, Any]

    @classmethod
    def of(cls, read: Table, name: str, operation: dict[str, Any]) -> Self:
        return cls(
            name=name,
            operation={**operation, **read.found},
            content_hash=read.written.content_hash,
            table=facts.to_json(read.written.facts),
        )

    @property
    def facts(self) -> TableFacts:
        return facts.from_json(self.table)


def name_of(files: Sequence[tuple[Path, str]]) -> str:
    """What a dataset of these files is called: the first one's name without its endings."""
    name = PurePath(files[0][1]).name
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return (name.lstrip(".").split(".")[0] or "dataset") + more


def operation_of(files: Sequence[tuple[Path, str]]) -> dict[str, Any]:
    """What is said of where a table came from; of several files, their reader names them."""
    return {"kind": "import"} | ({"file": PurePath(files[0][1]).name} if len(files) == 1 else {})
