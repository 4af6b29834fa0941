"""Files in parts, on a real server: whole, broken off, wrong, forgotten."""

import gzip
import hashlib
import os
import random
import time
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from sqlalchemy import func, select

from backend.accounts.people import THE_PERSON, on_behalf_of
from backend.datasets.tables import DatasetVersion, Upload
from backend.ids import ProjectId, UploadId
from backend.preparing import uploads
from backend.preparing.uploads_folder import UploadFolder
from backend.problems import NotFound
from backend.runs import jobs
from backend.runs.states import JobKind
from backend.settings import Settings
from backend.studio import Studio

PART_BYTES = 1_000
ROWS = b"question,answer\n" + b"".join(b"what is %d,it is %d\n" % (n, n) for n in range(540))


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(
        update={"upload_part_bytes": PART_BYTES, "max_upload_bytes": 100_000}
    )


def begin(api: httpx2.Client, content: bytes = ROWS, name: str = "questions.csv", **more) -> dict:
    wanted = {"file_name": name, "size_bytes": len(content), **more}
    answer = api.post("uploads", json=wanted)
    assert answer.status_code == 201, answer.text
    return answer.json()


def part_of(content: bytes, n: int) -> bytes:
    return content[(n - 1) * PART_BYTES : n * PART_BYTES]


def put(api: httpx2.Client, upload: dict, n: int, content: bytes = ROWS) -> httpx2.Response:
    return api.put(f"uploads/{upload['id']}/parts/{n}", content=part_of(content, n))


def send(api: httpx2.Client, content: bytes = ROWS, name: str = "questions.csv", **more) -> dict:
    """All parts, in an order of their own, completed."""
    upload = begin(api, content, name, **more)
    numbers = list(range(1, upload["parts"] + 1))
    random.Random(1).shuffle(numbers)
    for n in numbers:
        assert put(api, upload, n, content).status_code == 200
    answer = api.post(f"uploads/{upload['id']}/complete")
    assert answer.status_code == 200, answer.text
    return answer.json()


def left(studio: Studio) -> tuple[int, int]:
    """Rows of uploads and folders of uploads."""
    with studio.database.reading() as session:
        rows = session.scalar(select(func.count()).select_from(Upload)) or 0
    return rows, len(list((studio.settings.data / "uploads").glob("*")))


def test_parts_in_any_order_become_the_file_and_the_file_a_version(studio, api):
    upload = send(api, sha256=hashlib.sha256(ROWS).hexdigest())
    assert (upload["is_complete"], upload["received"]) == (True, list(range(1, 13)))
    answer = api.post("datasets/import", json={"uploads": [upload["id"]]})
    assert answer.status_code == 201
    version = answer.json()
    assert version["rows"] == 540
    assert api.get(f"datasets/{version['dataset_id']}").json()["name"] == "questions"
    assert left(studio) == (0, 0)
    sent_whole = api.post("datasets", files={"file": ("questions.csv", ROWS)})
    assert (sent_whole.status_code, sent_whole.json()) == (200, version)


def test_a_part_that_comes_twice_is_harmless_and_what_is_missing_is_named(api):
    upload = begin(api)
    assert put(api, upload, 2).json()["received"] == [2]
    assert put(api, upload, 2).json()["received"] == [2]
    answer = api.post(f"uploads/{upload['id']}/complete")
    assert (answer.status_code, answer.json()["code"]) == (409, "parts_missing")
    assert "11 of 12 parts" in answer.json()["detail"]
    refused = api.post("datasets/import", json={"uploads": [upload["id"]]})
    assert (refused.status_code, refused.json()["code"]) == (409, "upload_incomplete")


@pytest.mark.parametrize("change", [-1, +1], ids=["shorter", "longer"])
def test_a_part_of_another_length_is_refused_and_not_counted(api, change):
    upload = begin(api)
    wrong = ROWS[11 * PART_BYTES :] + b"x" if change > 0 else ROWS[11 * PART_BYTES : -1]
    answer = api.put(f"uploads/{upload['id']}/parts/12", content=wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_part_length")
    assert api.get(f"uploads/{upload['id']}").json()["received"] == []


def test_more_than_a_part_is_refused_before_it_is_read(api):
    upload = begin(api)
    answer = api.put(f"uploads/{upload['id']}/parts/1", content=ROWS)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_part_that_the_file_has_not_is_not_there(api):
    upload = begin(api)
    assert api.put(f"uploads/{upload['id']}/parts/13", content=b"x").status_code == 404
    assert api.put(f"uploads/{upload['id']}/parts/0", content=b"x").status_code == 422


def test_a_file_that_is_not_what_its_sender_said_asks_for_its_parts_again(api):
    upload = begin(api, sha256="0" * 64)
    for n in range(1, 13):
        put(api, upload, n)
    answer = api.post(f"uploads/{upload['id']}/complete")
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_checksum")
    assert api.get(f"uploads/{upload['id']}").json()["received"] == []


def test_a_line_that_breaks_leaves_the_part_to_be_sent_again(api, server):
    upload = begin(api)

    def half():
        yield part_of(ROWS, 1)[:500]
        raise ConnectionError("the line broke")

    with pytest.raises(ConnectionError):
        api.put(f"uploads/{upload['id']}/parts/1", content=half())
    assert api.get(f"uploads/{upload['id']}").json()["received"] == []
    assert put(api, upload, 1).json()["received"] == [1]


def test_two_who_send_the_same_parts_at_once_make_one_whole_file(api, server):
    upload = begin(api, sha256=hashlib.sha256(ROWS).hexdigest())

    def send_all(numbers) -> set[int]:
        with httpx2.Client(base_url=api.base_url, timeout=30, trust_env=False, verify=False) as own:
            return {put(own, upload, n).status_code for n in numbers}

    with ThreadPoolExecutor(2) as senders:
        codes = list(senders.map(send_all, (range(1, 13), range(12, 0, -1))))
    assert codes == [{200}, {200}]
    whole = api.post(f"uploads/{upload['id']}/complete").json()
    assert (whole["is_complete"], whole["received"]) == (True, list(range(1, 13)))


def test_a_server_that_ends_in_between_goes_on_where_it_was(api, server):
    upload = begin(api, sha256=hashlib.sha256(ROWS).hexdigest())
    for n in (1, 2, 7):
        put(api, upload, n)
    server.stop()
    server.start()
    with httpx2.Client(base_url=api.base_url, timeout=30, trust_env=False, verify=False) as later:
        received = later.get(f"uploads/{upload['id']}").json()["received"]
        assert received == [1, 2, 7]
        for n in set(range(1, 13)) - set(received):
            put(later, upload, n)
        assert later.post(f"uploads/{upload['id']}/complete").json()["is_complete"]
        version = later.post("datasets/import", json={"uploads": [upload["id"]]}).json()
    assert version["rows"] == 540


def test_what_would_not_fit_is_refused_before_a_byte_is_sent(studio, api):
    answer = api.post("uploads", json={"file_name": "a.csv", "size_bytes": 100_001})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    for _ in range(uploads.MOST_WAITING):
        begin(api, b"x" * 100_000)
    answer = api.post("uploads", json={"file_name": "a.csv", "size_bytes": 1})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_much_waiting")
    assert left(studio) == (4, 4)


def test_a_file_that_can_t_be_read_is_refused_and_nothing_is_left(studio, api):
    content = b"a,b\n1,2\n1,2,3,4\n"
    upload = send(api, content)
    answer = api.post("datasets/import", json={"uploads": [upload["id"]]})
    assert answer.status_code == 422
    assert "line 3" in answer.json()["detail"].lower()
    assert left(studio) == (0, 0)
    with studio.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(DatasetVersion)) == 0


def test_an_empty_file_is_refused_as_such(api):
    upload = begin(api, b"")
    assert upload["parts"] == 0
    api.post(f"uploads/{upload['id']}/complete")
    answer = api.post("datasets/import", json={"uploads": [upload["id"]]})
    assert (answer.status_code, answer.json()["code"]) == (422, "empty_file")


def test_several_files_become_one_version_that_says_which_row_is_whose(api):
    train = send(api, b"a,b\n1,one\n2,two\n", "pairs_train.csv")
    test = send(api, b"a,b\n3,three\n", "pairs_test.csv")
    version = api.post("datasets/import", json={"uploads": [train["id"], test["id"]]}).json()
    rows = [
        row["cells"] for row in api.get(f"dataset-versions/{version['id']}/rows").json()["items"]
    ]
    assert [(row["b"], row["part"]) for row in rows] == [
        ("one", "train"),
        ("two", "train"),
        ("three", "prove"),
    ]
    assert version["operation"]["files"] == "pairs_train.csv, pairs_test.csv"


def test_deleting_leaves_nothing_and_what_is_another_s_is_not_there(studio, api):
    upload = begin(api)
    stranger = on_behalf_of(ProjectId.new())
    with studio.database.reading() as session, pytest.raises(NotFound):
        uploads.get(session, stranger, UploadId(upload["id"]))
    assert api.delete(f"uploads/{upload['id']}").status_code == 204
    assert api.get(f"uploads/{upload['id']}").status_code == 404
    assert left(studio) == (0, 0)


def test_what_nobody_sends_to_for_a_day_goes_unless_a_job_awaits_it(studio, api):
    old, awaited, young = (begin(api) for _ in range(3))
    for n in range(1, 13):
        put(api, awaited, n)
    api.post(f"uploads/{awaited['id']}/complete")
    with studio.database.writing() as session:
        payload = {"files": {"uploads": [awaited["id"]]}}
        jobs.enqueue(session, THE_PERSON, studio.broker, JobKind.IMPORT, payload)
    long_ago = time.time() - 90_000
    for upload in (old, awaited):
        os.utime(studio.settings.data / "uploads" / upload["id"] / "received", (long_ago, long_ago))
    uploads.sweep(studio)
    answers = [api.get(f"uploads/{each['id']}").status_code for each in (old, awaited, young)]
    assert answers == [404, 200, 200]


def test_a_gzip_file_in_parts_is_read(api):
    upload = send(api, gzip.compress(ROWS), "questions.csv.gz")
    answer = api.post("datasets/import", json={"uploads": [upload["id"]], "name": "Ours"})
    assert (answer.status_code, answer.json()["rows"]) == (201, 540)


def test_the_head_and_the_first_part_may_be_looked_at_in_the_same_moment(studio: Studio) -> None:
    folder = UploadFolder(studio.settings, UploadId("upl_1"))
    folder.create(1)
    sentences = [f"questions.csv: look {n}" for n in range(200)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(folder.keep_look, sentences))
    assert folder.look() in sentences
    assert [place.name for place in folder.place.glob("look*")] == ["look.json"]
