"""People are told: by real servers on loopback, at least once, and nothing that is not theirs."""

import json
from ipaddress import ip_network

import pytest
from pydantic import SecretStr
from sqlalchemy import select, text, update

from backend.accounts.people import THE_PERSON, THE_PROJECT
from backend.clock import utc_now
from backend.delivering.sender import Sender
from backend.delivering.tables import DeliveryState
from backend.ids import PersonId, WorkerId
from backend.notifications import service
from backend.notifications.schemas import ChoiceIn, DestinationIn
from backend.notifications.tables import Notification
from backend.runs import claims, jobs, outcomes
from backend.runs.states import JobKind, Outcome
from backend.runs.tables import Run
from backend.settings import Settings
from backend.telling.notifications import Notifications
from backend.webhooks.kinds import WebhookKind
from backend.webhooks.outbox import announce
from tests.mail_server import taking_mail
from tests.processes import wait_until
from tests.receiver import receiving

LOOPBACK = ip_network("127.0.0.1/32")


@pytest.fixture
def settings(settings: Settings, mail) -> Settings:
    url = f"mailto://127.0.0.1:{mail.port}?from=studio@example.org"
    more = {"outgoing_networks": [LOOPBACK], "poll_seconds": 0.1, "mail_url": SecretStr(url)}
    return settings.model_copy(update=more)


@pytest.fixture
def mail():
    with taking_mail() as server:
        yield server


@pytest.fixture
def receiver():
    with receiving() as running:
        running.statuses = [200]
        yield running


@pytest.fixture
def sender(studio):
    running = Sender(studio, Notifications(studio))
    running.start()
    yield running
    running.stop()
    running.join()


def as_json(receiver, userinfo=""):
    return DestinationIn(url=f"json://{userinfo}{receiver.host}:{receiver.port}/hook")


def tell_at(studio, asked, who=THE_PERSON):
    checked = service.checked(studio, asked)
    with studio.database.writing() as session:
        return service.add(session, who, checked).id


def end_a_run(studio, outcome=Outcome.SUCCEEDED, **more):
    with studio.database.writing() as session:
        job = jobs.enqueue(session, THE_PERSON, studio.broker, JobKind.TRAIN, {})
        run = Run(project_id=job.project_id, job_id=job.id, name="questions", recipe={}, job=job)
        session.add(run)
        session.flush()
        run_id = run.id
    with studio.database.writing() as session:
        claim = claims.claim(session, ["gpu"], WorkerId.new(), 1)
        outcomes.end(session, claim, outcome, **more)
    return run_id


def outbox(studio):
    with studio.database.reading() as session:
        return session.scalars(select(Notification).order_by(Notification.id)).all()


def settled(studio):
    wait_until(
        lambda: (
            outbox(studio) and all(row.state is not DeliveryState.PENDING for row in outbox(studio))
        ),
        what="all notifications to be settled",
    )
    return outbox(studio)


def tried(studio, sender, tries):
    """Wait for so many tries that failed, then let the next be now."""
    wait_until(lambda: outbox(studio)[0].tries == tries and outbox(studio)[0].last_error)
    with studio.database.writing() as session:
        session.execute(update(Notification).values(next_try_at=utc_now()))
    sender._look.set()


def test_a_run_that_ends_is_told_in_words_and_tried_again_under_the_same_id(
    studio, receiver, sender
):
    receiver.statuses = [500, 200]
    tell_at(studio, as_json(receiver))
    run_id = end_a_run(studio)
    tried(studio, sender, 1)
    [row] = settled(studio)
    assert (row.state, row.tries) == (DeliveryState.DELIVERED, 2)
    assert [came.headers["x-notification-id"] for came in receiver.came] == [row.id] * 2
    said = json.loads(receiver.came[-1].body)
    assert said["title"] == "Done: questions"
    assert said["message"].endswith(f"{studio.settings.address}/runs/{run_id}")


def test_mail_of_the_studio_goes_to_the_address_that_a_person_named(studio, mail, sender):
    mail.answers = ["451 later", "250 kept"]
    tell_at(studio, DestinationIn(email="ada@example.org"))
    problem = {"code": "nan", "title": "The loss is no number <b>", "detail": "At step 3"}
    end_a_run(studio, Outcome.REFUSED, problem=problem)
    tried(studio, sender, 1)
    [row] = settled(studio)
    [came] = mail.came
    assert came.to == ("ada@example.org",)
    assert came.message["from"].addresses[0].addr_spec == "studio@example.org"
    assert came.message["subject"] == "Failed: questions"
    assert came.message["x-notification-id"] == row.id
    said = came.message.get_body(("html", "plain"))
    assert said.get_content_type() == "text/plain"
    assert "The loss is no number <b>" in said.get_content()


def test_neither_an_address_nor_a_redirect_leads_where_the_operator_lets_nobody(
    studio, receiver, sender
):
    with receiving(host="127.0.0.2") as inside:
        inside.statuses = [200]
        receiver.statuses, receiver.headers = [307], {"Location": inside.url}
        for asked in (as_json(receiver), as_json(inside)):
            tell_at(studio, asked)
        end_a_run(studio)
        wait_until(lambda: all(row.last_error for row in outbox(studio)))
        assert inside.came == []
    assert len(receiver.came) == 1
    errors = " ".join(row.last_error for row in outbox(studio))
    assert "307" in errors
    assert "127.0.0.2 is not an address that the studio may call" in errors


def test_what_a_url_hides_is_in_no_log_no_error_and_not_open_in_the_database(
    studio, receiver, sender, capfd
):
    receiver.statuses = [401]
    made = tell_at(studio, as_json(receiver, "ada:opensesame@"))
    end_a_run(studio)
    wait_until(lambda: outbox(studio)[0].last_error)
    with studio.database.reading() as session:
        kept = str(session.execute(text("SELECT * FROM notification_destinations")).all())
        shown = service.get(session, THE_PERSON, made).shown
    assert "opensesame" not in kept + capfd.readouterr().err + outbox(studio)[0].last_error
    assert "401" in outbox(studio)[0].last_error
    assert shown.startswith("json://ada:****@127.0.0.1")


def test_one_hears_of_what_one_chose_and_of_others_runs_only_if_one_asked(studio, receiver):
    tell_at(studio, as_json(receiver))
    somebody = PersonId.new()

    def told(kind, person_id):
        with studio.database.writing() as session:
            announce(session, THE_PROJECT, kind, {"id": "run_1"}, person_id)
        return len(outbox(studio))

    assert told(WebhookKind.RUN_FAILED, THE_PERSON.id) == 1
    assert told(WebhookKind.RUN_STARTED, THE_PERSON.id) == 1
    assert told(WebhookKind.RUN_FAILED, somebody) == 1
    with studio.database.writing() as session:
        chosen = ChoiceIn(types=[WebhookKind.RUN_PAUSED], of_all=True)
        service.choose(session, THE_PERSON, chosen)
    assert told(WebhookKind.RUN_FAILED, somebody) == 1
    assert told(WebhookKind.RUN_PAUSED, somebody) == 2


def test_what_was_deleted_before_it_was_told_is_given_up(studio, receiver, sender):
    tell_at(studio, as_json(receiver))
    with studio.database.writing() as session:
        data = {"id": "run_01h455vb4pex5vsknk084sn02q"}
        announce(session, THE_PROJECT, WebhookKind.RUN_FAILED, data, THE_PERSON.id)
    [row] = settled(studio)
    assert (row.state, row.tries) == (DeliveryState.FAILED, 1)
    assert receiver.came == []
