"""The same request sent twice with one key is done once, and answered twice."""

import uuid

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from backend.clock import utc_now
from backend.rest.once import GIVEN_UP_AFTER, KEPT_FOR
from backend.rest.tables import KeptAnswer
from backend.runs import service
from backend.runs.tables import Job, Run
from tests.runs import trainings


def key() -> dict[str, str]:
    return {"Idempotency-Key": uuid.uuid4().hex}


def an_upload(api, headers, name="a.csv"):
    return api.post("uploads", json={"file_name": name, "size_bytes": 5}, headers=headers)


@pytest.fixture
def run_body(api):
    version = trainings.upload(api, trainings.pairs_csv(60))
    return {"recipe": trainings.recipe_for(api, version["id"])}


def count(studio, table) -> int:
    with studio.database.reading() as session:
        return len(session.scalars(select(table)).all())


def test_a_repeated_request_is_done_once_and_answered_as_before(api, studio, run_body):
    headers = key()
    first, again = (api.post("runs", json=run_body, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert count(studio, Run) == 1


def test_two_keys_are_two_requests(api, studio, run_body):
    for _ in range(2):
        assert api.post("runs", json=run_body, headers=key()).status_code == 202
    assert count(studio, Run) == 2


def test_the_same_key_with_another_body_is_refused(api):
    headers = key()
    an_upload(api, headers)
    other = an_upload(api, headers, name="b.csv")
    assert (other.status_code, other.json()["code"]) == (422, "key_used")
    assert other.json()["hint"]


def test_a_file_that_is_sent_twice_is_the_same_although_its_boundary_differs(api, studio):
    headers = key()
    content = trainings.pairs_csv(60)
    files = {"file": ("pairs.csv", content)}
    first, again = (api.post("datasets", files=files, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    other = {"file": ("pairs.csv", content + b"one more,row\n")}
    assert api.post("datasets", files=other, headers=headers).json()["code"] == "key_used"


def test_what_was_refused_may_be_sent_again(api):
    headers = key()
    wrong = api.post("datasets/paste", json={"text": "nothing"}, headers=headers)
    assert wrong.status_code == 422
    again = api.post("datasets/paste", json={"text": "nothing"}, headers=headers)
    assert again.json()["code"] == wrong.json()["code"]
    right = api.post("datasets/paste", json={"text": "a,b\nc,d\ne,f\n"}, headers=headers)
    assert right.status_code == 201


def test_one_that_is_still_being_done_is_said_to_be(api, studio):
    headers = key()
    an_upload(api, headers)
    with studio.database.writing() as session:
        session.execute(update(KeptAnswer).values(status=None, body=None))
    second = an_upload(api, headers)
    assert (second.status_code, second.json()["code"]) == (409, "still_in_flight")
    assert second.headers["retry-after"] == "1"


def test_what_a_server_died_over_is_done_again(api, studio):
    headers = key()
    an_upload(api, headers)
    long_ago = utc_now() - 2 * GIVEN_UP_AFTER
    with studio.database.writing() as session:
        session.execute(update(KeptAnswer).values(status=None, body=None, claimed_at=long_ago))
    assert an_upload(api, headers).status_code == 201


def test_an_act_whose_claim_was_taken_over_is_undone(api, studio, run_body, monkeypatch):
    create = service.create

    def slow(session, *rest):
        made = create(session, *rest)
        session.execute(update(KeptAnswer).values(holder="another"))
        return made

    monkeypatch.setattr(service, "create", slow)
    answer = api.post("runs", json=run_body, headers=key())
    assert answer.status_code == 409
    assert count(studio, Run) == 0


def test_an_answer_is_kept_in_the_transaction_of_its_act(api, studio, run_body, monkeypatch):
    headers = key()
    monkeypatch.setattr("backend.rest.keyed.once.keep", broken)
    assert api.post("runs", json=run_body, headers=headers).status_code == 500
    assert count(studio, Run) == 0
    monkeypatch.undo()
    assert api.post("runs", json=run_body, headers=headers).status_code == 202
    assert count(studio, Run) == 1


def test_who_lost_the_answer_of_the_commit_gets_it_by_asking_again(
    api, studio, run_body, monkeypatch
):
    headers = key()
    cut_after_commit(monkeypatch)
    lost = api.post("runs", json=run_body, headers=headers)
    assert (lost.status_code, lost.json()["code"]) == (503, "maybe_done")
    again = api.post("runs", json=run_body, headers=headers)
    assert (again.status_code, again.headers["idempotent-replayed"]) == (202, "true")
    assert count(studio, Run) == 1


def cut_after_commit(monkeypatch) -> None:
    """The line to the database breaks after the COMMIT that keeps a run, before its answer."""
    create, commit = service.create, Session.commit

    def noted(session, *rest):
        session.info["keeps_a_run"] = True
        return create(session, *rest)

    def cut(session):
        commit(session)
        if session.info.pop("keeps_a_run", False):
            raise OperationalError("COMMIT", {}, Exception("cut"), connection_invalidated=True)

    monkeypatch.setattr(service, "create", noted)
    monkeypatch.setattr(Session, "commit", cut)


def broken(*_args, **_kwargs):
    raise RuntimeError("the process dies here")


def test_a_key_is_forgotten_after_a_day(api, studio):
    headers = key()
    an_upload(api, headers)
    with studio.database.writing() as session:
        session.execute(update(KeptAnswer).values(claimed_at=utc_now() - KEPT_FOR))
    assert an_upload(api, headers, name="b.csv").status_code == 201
    assert count(studio, KeptAnswer) == 1


@pytest.mark.parametrize("wrong", ["", "with space", "x" * 256])
def test_a_key_that_is_none_is_refused(api, wrong):
    assert an_upload(api, {"Idempotency-Key": wrong}).status_code == 422


def test_without_a_key_nothing_is_kept(api, studio):
    an_upload(api, {})
    assert count(studio, KeptAnswer) == 0
    assert count(studio, Job) == 0
