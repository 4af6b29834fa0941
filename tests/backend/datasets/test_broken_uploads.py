"""Whatever is sent: a clear answer that names the place, and nothing is left behind."""

import httpx2
import pytest
from sqlalchemy import func, select

from backend.datasets.reading.limits import MOST_UNPACKED_BYTES
from backend.datasets.tables import Dataset, DatasetVersion
from backend.studio import Studio
from tests.backend.datasets.broken.all import BROKEN
from tests.backend.datasets.broken.case import Case

MOST_BYTES = 8_000_000  # a larger file is read by a worker
SENT = [case for case in BROKEN if case.most_bytes == MOST_UNPACKED_BYTES]
ONE_OF_EACH_CODE = list({case.code: case for case in SENT}.values())


def everything_kept(studio: Studio) -> tuple[int, ...]:
    """Rows of both tables, objects in the store, files on their way in."""
    data = studio.settings.data
    files = [
        sum(path.is_file() for path in (data / folder).rglob("*"))
        for folder in ("artifacts", "incoming")
    ]
    with studio.database.reading() as session:
        rows = [
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Dataset, DatasetVersion)
        ]
    return (*rows, *files)


@pytest.mark.parametrize(
    ("cases", "at_least"),
    [(ONE_OF_EACH_CODE, 20), pytest.param(SENT, 100, marks=pytest.mark.slow)],
    ids=["one of each code", "all"],
)
def test_a_broken_file_is_refused_with_its_place_and_leaves_nothing(
    cases: list[Case], at_least: int, studio: Studio, api: httpx2.Client
) -> None:
    refused = 0
    for case in cases:
        content = case.make()
        if len(content) > MOST_BYTES:
            continue
        answer = api.post("datasets", files={"file": (case.name, content)})
        assert answer.status_code == 422, case.what
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert (problem["code"], problem["errors"][0]["pointer"]) == (case.code, "/file"), case.what
        assert all(word in problem["detail"] for word in case.words), problem["detail"]
        assert everything_kept(studio) == (0, 0, 0, 0), case.what
        refused += 1
    assert refused > at_least
