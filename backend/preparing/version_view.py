"""What the page of a version shows, as its address asks for it."""

from typing import Annotated, Any

from fastapi import Depends, Query, Request
from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.catalog.base_models import BASE_MODELS
from backend.datasets import rows, service
from backend.datasets.listed import Listed
from backend.datasets.rows import RowPage
from backend.datasets.tables import DatasetVersion
from backend.ids import VersionId
from backend.preparing.history import history
from backend.preparing.noticed import noticed, rows_of
from backend.preparing.reading import reading
from backend.studio import Studio

ROWS_SHOWN = 20


class Looked:
    """What the address says of the rows to show: from which one, with which text, of which finding."""

    def __init__(
        self,
        offset: Annotated[int, Query(ge=0)] = 0,
        q: Annotated[str, Query(max_length=200)] = "",
        finding: Annotated[int | None, Query(ge=0)] = None,
    ) -> None:
        self.offset = offset
        self.q = q
        self.finding = finding


TheLooked = Annotated[Looked, Depends()]


def view(
    request: Request,
    session: Session,
    who: Person,
    studio: Studio,
    version_id: VersionId,
    looked: Looked,
) -> dict[str, Any]:
    version = service.get_version(session, who, version_id)
    dataset = service.get_dataset(session, who, version.dataset_id)
    read = reading(version, request.query_params.multi_items())
    seen = noticed(session, who, version_id, read)
    finding = seen.finding(looked.finding)
    return {
        "version": Listed.of(dataset, version),
        "read": read,
        "noticed": seen,
        "base_models": list(BASE_MODELS.values()),
        "beginning": service.rows_of(studio.storage, version, 0, read.PREVIEWED).rows,
        "history": history(version, dataset.versions),
        "shown": _rows(studio, version, looked, rows_of(finding) if finding else None),
        "finding": finding,
        "looked": looked,
        "limit": ROWS_SHOWN,
    }


def _rows(
    studio: Studio, version: DatasetVersion, looked: Looked, numbers: list[int] | None
) -> RowPage:
    """A page of rows: of a finding, where `numbers` are given, or of those with a text."""
    if numbers is None:
        query = looked.q or None
        return service.rows_of(studio.storage, version, looked.offset, ROWS_SHOWN, query)
    end = looked.offset + ROWS_SHOWN
    path = studio.storage.file(version.object_hash)
    found = rows.numbered(path, numbers[looked.offset : end])
    return RowPage(rows=found, next_offset=end if end < len(numbers) else None)
