"""Where a version comes from, and what was made of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.datasets.tables import DatasetVersion
from backend.ids import VersionId


@dataclass(frozen=True, kw_only=True)
class Step:
    """One version of a dataset, and how it came to be."""

    id: VersionId
    rows: int
    made_by: str
    created_at: datetime
    is_this: bool


@dataclass(frozen=True, kw_only=True)
class History:
    """`parent_id`: what it was made from, None where it was brought. `steps`: all of its dataset,
    the newest first."""

    parent_id: VersionId | None
    made_by: str
    steps: list[Step]


def history(version: DatasetVersion, versions: Sequence[DatasetVersion]) -> History:
    return History(
        parent_id=version.parent_id,
        made_by=made_by(version.operation),
        steps=[
            Step(
                id=each.id,
                rows=each.rows,
                made_by=made_by(each.operation),
                created_at=each.created_at,
                is_this=each.id == version.id,
            )
            for each in versions
        ],
    )


def made_by(operation: dict[str, Any]) -> str:
    """What made a version, in one sentence."""
    if sentence := operation.get("sentence"):
        return str(sentence)
    match operation.get("kind"):
        case "import" if "file" in operation:
            return f"Read from {operation['file']}."
        case "import" if "files" in operation:
            return f"Read from {operation['files']}."
        case "sample":
            return "Collected from the packages on this machine."
        case kind:
            return f"Made by {kind}."
