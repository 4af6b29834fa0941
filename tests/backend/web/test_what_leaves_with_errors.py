"""What goes wrong inside stays inside: no trace, no path and no SQL leaves with an answer."""

import re
import shutil

import pytest

from tests.runs import trainings

TABLES = ("runs", "models", "datasets", "jobs")
TELLING = re.compile(
    r"Traceback|File \"|\.py\b|SELECT|INSERT|sqlalchemy|psycopg|sqlite|no such table"
    r"|/tmp/|/home/|/dev/shm",
    re.IGNORECASE,
)
"""What an answer would hold if an exception's words were in it."""

PAGES = ("/", "/data", "/runs", "/models")


@pytest.fixture
def broken(studio, api, server):
    """A studio whose tables have gone elsewhere: each query raises, with its SQL in the words."""
    with studio.database.engine.begin() as connection:
        for table in TABLES:
            connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {table}_elsewhere")
    return api


@pytest.mark.parametrize(
    "path", ["runs", "models", "datasets", "jobs/job_01h455vb4pex5vsknk084sn02q"]
)
def test_no_words_of_an_exception_leave_the_api(broken, path):
    answer = broken.get(path)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "internal_error"
    assert not TELLING.search(answer.text)


@pytest.mark.parametrize("path", PAGES)
def test_no_words_of_an_exception_leave_in_a_page(broken, server, path):
    answer = broken.get(f"{server.url}{path}", headers={"Accept": "text/html"})
    assert answer.status_code == 500
    assert "The studio made a mistake" in answer.text
    assert not TELLING.search(answer.text.split("</head>")[1])


def test_an_unforeseen_answer_carries_the_headers_that_every_answer_carries(broken):
    answer = broken.get("runs")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-request-id"] == answer.json()["request_id"]


def test_a_file_that_has_gone_is_not_named(api, studio):
    version = trainings.upload(api, trainings.pairs_csv(60))
    shutil.rmtree(studio.settings.storage)
    answer = api.get(f"dataset-versions/{version['id']}/rows")
    assert answer.status_code == 500
    assert not TELLING.search(answer.text)
