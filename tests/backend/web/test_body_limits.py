"""Too many bytes are refused as they come, in the shape of every problem."""

import pytest

from tests.runs.trainings import pairs_csv


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"max_upload_bytes": 1_000, "max_request_bytes": 2_000})


def test_a_file_that_is_announced_as_too_large_is_refused(api, studio):
    answer = api.post("datasets", files={"file": ("a.csv", b"a,b\n" * 2_000_000)})
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"
    assert "LIKEWISE_MAX_UPLOAD_BYTES" in answer.json()["detail"]
    assert not list((studio.settings.data / "incoming").glob("*"))


def test_a_file_a_little_too_large_is_refused_too(api):
    assert api.post("datasets", files={"file": ("a.csv", pairs_csv(100))}).status_code == 413


def test_a_body_of_unknown_length_is_counted_as_it_comes(api):
    chunks = (b" " * 1_000 for _ in range(100))
    answer = api.post("runs", content=chunks, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert answer.json()["title"] == "This request is too large"
