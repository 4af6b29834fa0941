"""What happens is told: signed, at least once, on schedule, and by one sender at a time."""

import json
import threading
from datetime import timedelta
from ipaddress import ip_network

import pytest
from sqlalchemy import select, update
from standardwebhooks import Webhook, WebhookVerificationError

from backend.accounts.people import THE_PERSON
from backend.clock import utc_now
from backend.delivering.outbox import Outcome as Tried
from backend.delivering.sender import Sender
from backend.delivering.tables import DeliveryState
from backend.ids import WorkerId
from backend.runs import claims, jobs, outcomes
from backend.runs.states import JobKind, Outcome
from backend.runs.tables import Run
from backend.settings import Settings
from backend.web.outgoing import Outgoing
from backend.webhooks import deliveries, service
from backend.webhooks.kinds import WebhookKind
from backend.webhooks.outbox import announce
from backend.webhooks.schemas import EndpointIn
from backend.webhooks.sender import Webhooks
from backend.webhooks.tables import WebhookDelivery, WebhookEndpoint
from backend.workers.tables import Worker
from backend.workers.watch import WorkerWatch
from tests.processes import wait_until
from tests.receiver import receiving


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"poll_seconds": 0.1})


@pytest.fixture
def receiver():
    with receiving() as running:
        yield running


@pytest.fixture
def way_out():
    return Outgoing([ip_network("127.0.0.1/32")])


@pytest.fixture
def sender(studio, way_out):
    running = Sender(studio, Webhooks(studio, way_out))
    running.start()
    yield running
    running.stop()
    running.join()


@pytest.fixture
def secret(studio, receiver):
    return listen(studio, receiver.url)


def listen(studio, url, types=()):
    secret = service.sealed(studio.keyring)
    with studio.database.writing() as session:
        service.create(session, THE_PERSON, EndpointIn(url=url, types=list(types)), secret)
    return secret.open


def tell(studio, kind=WebhookKind.MODEL_READY, **data):
    with studio.database.writing() as session:
        announce(session, THE_PERSON.project_id, kind, data)


def outbox(studio):
    with studio.database.reading() as session:
        return session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)).all()


def settled(studio):
    wait_until(
        lambda: all(row.state is not DeliveryState.PENDING for row in outbox(studio)),
        what="all messages to be settled",
    )
    return outbox(studio)


def hurry(studio):
    """Let the next try of each message be now: what takes days in life takes none here."""
    with studio.database.writing() as session:
        session.execute(update(WebhookDelivery).values(next_try_at=utc_now()))


def types_told(studio):
    return [row.type for row in outbox(studio)]


def enqueue(studio):
    with studio.database.writing() as session:
        job = jobs.enqueue(session, THE_PERSON, studio.broker, JobKind.TRAIN, {})
        session.add(Run(project_id=job.project_id, job_id=job.id, name="r", recipe={}))
    return job


def test_a_receiver_can_check_a_message_with_the_public_library(studio, receiver, secret, sender):
    tell(studio, id="mdl_1")
    [row] = settled(studio)
    [came] = receiver.came
    said = Webhook(secret).verify(came.body, came.headers)
    assert said["type"] == "model.ready"
    assert said["data"] == {"id": "mdl_1"}
    assert came.headers["webhook-id"] == row.id
    assert row.state is DeliveryState.DELIVERED


def test_a_message_that_was_changed_on_its_way_is_found_out(studio, receiver, secret, sender):
    tell(studio, id="mdl_1")
    settled(studio)
    [came] = receiver.came
    forged = came.body.replace(b"mdl_1", b"mdl_2")
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(forged, came.headers)


def test_a_message_that_is_replayed_later_is_found_out(studio, receiver, secret, sender):
    tell(studio)
    settled(studio)
    [came] = receiver.came
    later = str(int(came.headers["webhook-timestamp"]) - 301)
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(secret).verify(came.body, came.headers | {"webhook-timestamp": later})


def test_for_a_day_after_a_new_secret_both_sign(studio, receiver, secret, sender):
    new = service.sealed(studio.keyring)
    with studio.database.writing() as session:
        endpoint = session.scalars(select(WebhookEndpoint)).one()
        service.rotate_secret(session, THE_PERSON, endpoint.id, new)
    tell(studio)
    settled(studio)
    [came] = receiver.came
    for known in (secret, new.open):
        Webhook(known).verify(came.body, came.headers)


def test_after_that_day_only_the_new_one_signs(studio, receiver, secret, sender):
    new = service.sealed(studio.keyring)
    with studio.database.writing() as session:
        endpoint = session.scalars(select(WebhookEndpoint)).one()
        service.rotate_secret(session, THE_PERSON, endpoint.id, new)
        endpoint.old_secret_until = utc_now() - timedelta(seconds=1)
    tell(studio)
    settled(studio)
    [came] = receiver.came
    Webhook(new.open).verify(came.body, came.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(came.body, came.headers)


def test_what_fails_is_tried_again_under_the_same_id(studio, receiver, secret, sender):
    receiver.statuses = [500, 302, 204]
    tell(studio)
    for tries in (1, 2):
        wait_until(lambda n=tries: outbox(studio)[0].tries == n and outbox(studio)[0].last_status)
        wait_until(lambda: outbox(studio)[0].next_try_at > utc_now() - timedelta(seconds=1))
        hurry(studio)
        sender._look.set()
    [row] = settled(studio)
    assert (row.state, row.tries, row.last_status) == (DeliveryState.DELIVERED, 3, 204)
    assert {came.headers["webhook-id"] for came in receiver.came} == {row.id}


def test_what_never_comes_through_is_given_up_after_ten_tries(studio, secret):
    tell(studio)
    for _ in range(10):
        hurry(studio)
        with studio.database.writing() as session:
            claimed = deliveries.claim(session, deliveries.due(session, ()))
            deliveries.record(session, claimed, Tried(error="no answer came"))
    [row] = outbox(studio)
    assert (row.state, row.tries, row.last_error) == (DeliveryState.FAILED, 10, "no answer came")


def test_an_endpoint_that_is_gone_is_switched_off(studio, receiver, secret, sender):
    receiver.statuses = [410]
    tell(studio)
    tell(studio)
    assert [row.state for row in settled(studio)] == [DeliveryState.FAILED] * 2
    tell(studio)
    assert len(outbox(studio)) == 2
    assert len(receiver.came) == 1
    with studio.database.reading() as session:
        assert "410" in session.scalars(select(WebhookEndpoint)).one().disabled_reason


def test_of_many_senders_one_has_a_message(studio, secret):
    tell(studio)
    with studio.database.reading() as session:
        found = deliveries.due(session, ())
    barrier, taken = threading.Barrier(6), []

    def send() -> None:
        barrier.wait()
        taken.append(studio.database.retrying(lambda session: deliveries.claim(session, found)))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([claimed for claimed in taken if claimed is not None]) == 1


def test_several_servers_send_each_message_once(studio, receiver, secret, way_out):
    senders = [Sender(studio, Webhooks(studio, way_out)) for _ in range(3)]
    for each in senders:
        each.start()
    for n in range(20):
        tell(studio, n=n)
    settled(studio)
    for each in senders:
        each.stop()
        each.join()
    came = [json.loads(came.body)["data"]["n"] for came in receiver.came]
    assert sorted(came) == list(range(20))


def test_a_sender_that_died_with_a_message_leaves_it_to_the_next(studio, secret):
    tell(studio)
    with studio.database.writing() as session:
        dead = deliveries.claim(session, deliveries.due(session, ()))
    with studio.database.reading() as session:
        assert deliveries.due(session, ()) is None
    hurry(studio)  # a minute later
    with studio.database.writing() as session:
        assert deliveries.claim(session, deliveries.due(session, ())).tries == 2
        late = deliveries.record(session, dead, Tried(status=500))
    assert late is None  # what the dead one would have written changes nothing


def test_an_endpoint_that_does_not_answer_holds_up_nobody_else(studio, receiver, secret, sender):
    listen(studio, "http://127.0.0.1:9/nobody")
    tell(studio)
    wait_until(lambda: len(receiver.came) == 1)
    rows = outbox(studio)
    wait_until(lambda: any(row.last_error for row in outbox(studio)))
    assert len(rows) == 2


def test_a_message_is_sent_again_when_a_person_asks(studio, receiver, secret, sender):
    tell(studio)
    [row] = settled(studio)
    with studio.database.writing() as session:
        deliveries.redeliver(session, THE_PERSON, row.id)
    wait_until(lambda: len(receiver.came) == 2)
    assert {came.headers["webhook-id"] for came in receiver.came} == {row.id}


def test_what_is_taken_back_is_not_told(studio, secret):
    def fail(session):
        announce(session, THE_PERSON.project_id, WebhookKind.MODEL_READY, {})
        raise RuntimeError

    with pytest.raises(RuntimeError):
        studio.database.retrying(fail)
    assert outbox(studio) == []


def test_an_endpoint_hears_only_what_it_listens_to(studio, receiver):
    listen(studio, receiver.url, [WebhookKind.RUN_FAILED])
    tell(studio, WebhookKind.MODEL_READY)
    tell(studio, WebhookKind.RUN_FAILED)
    assert types_told(studio) == ["run.failed"]


def test_a_run_is_told_from_its_start_to_its_end(studio, secret):
    job = enqueue(studio)
    with studio.database.writing() as session:
        claim = claims.claim(session, ["gpu"], WorkerId.new(), 1)
    with studio.database.writing() as session:
        outcomes.end(session, claim, Outcome.SUCCEEDED)
    assert types_told(studio) == ["run.started", "run.succeeded"]
    assert json.loads(outbox(studio)[0].body)["data"]["job_id"] == job.id


def test_a_run_that_a_person_sets_aside_and_stops_is_told(studio, secret):
    job = enqueue(studio)
    with studio.database.writing() as session:
        jobs.pause(session, session.merge(job), studio.broker)
    with studio.database.writing() as session:
        jobs.cancel(session, session.merge(job), studio.broker)
    assert types_told(studio) == ["run.paused", "run.cancelled"]


def test_a_run_that_fails_says_why_in_a_word(studio, secret):
    enqueue(studio)
    problem = {"code": "nan", "title": "The loss is no number", "detail": "At step 3 …"}
    with studio.database.writing() as session:
        claim = claims.claim(session, ["gpu"], WorkerId.new(), 1)
        outcomes.end(session, claim, Outcome.REFUSED, problem=problem)
    said = json.loads(outbox(studio)[-1].body)
    assert said["type"] == "run.failed"
    assert said["data"]["problem"] == {"code": "nan", "title": "The loss is no number"}


def test_a_worker_that_went_silent_is_told_once(studio, secret):
    place = {"host": "a", "queue": "gpu", "slot": 1, "process_id": WorkerId.new()}
    worker = Worker(**place, pid=1, version="1")
    with studio.database.writing() as session:
        session.add(worker)
    watch = WorkerWatch(lost_seconds=60)
    for now in (0, 61, 122):
        watch(studio, now)
    assert types_told(studio) == ["worker.offline"]
    assert json.loads(outbox(studio)[0].body)["data"]["id"] == worker.id


def test_data_that_could_not_be_read_is_told(studio, secret):
    with studio.database.writing() as session:
        jobs.enqueue(session, THE_PERSON, studio.broker, JobKind.IMPORT, {})
    with studio.database.writing() as session:
        claim = claims.claim(session, ["cpu"], WorkerId.new(), 1)
        outcomes.end(session, claim, Outcome.REFUSED)
    assert types_told(studio) == ["dataset_version.invalid"]
