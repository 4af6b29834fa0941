"""A link shows one run to people of the studio, as long as it works, and nothing beside it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from backend.accounts.people import THE_PROJECT, Role
from backend.clock import utc_now
from backend.ids import RunId
from backend.runs import jobs
from backend.runs.events import Fact, append
from backend.runs.states import JobKind
from backend.runs.tables import Run
from backend.sharing.tables import RunShare
from tests.authorisation.bodies import RECIPE, filled
from tests.people import house, with_accounts


@pytest.fixture
def home(settings, studio):
    with house(with_accounts(settings)) as found:
        yield found


@pytest.fixture
def ada(home):
    return home.person("ada@example.org")


@pytest.fixture
def stranger(home):
    return home.person("bob@example.org", {home.project("elsewhere"): Role.VIEWER})


@pytest.fixture
def run_id(home, ada) -> RunId:
    who = home.who(ada)
    recipe = filled(RECIPE, {"version_id": "dsv_01h455vb4pex5vsknk084sn02q"})
    with home.studio.database.writing() as session:
        job = jobs.enqueue(session, who, home.studio.broker, JobKind.TRAIN, {})
        run = Run(
            project_id=who.project_id,
            job_id=job.id,
            name="shown to others",
            notes="a private note",
            recipe=recipe | {"base_model": "x/tiny"},
            job=job,
        )
        session.add(run)
        session.flush()
        facts = [
            Fact("metrics", {"step": 1, "loss": 0.125}),
            Fact("log", {"level": "info", "message": "a line of the log"}),
        ]
        append(session, job.id, *facts)
        return run.id


def share(home, person, run_id, **body):
    return home.client.post(f"/api/v1/runs/{run_id}/shares", json=body, headers=home.cookie(person))


def look(home, person, url):
    path = url.removeprefix(home.studio.settings.address)
    headers = {"Accept": "text/html", **home.cookie(person)}
    return home.client.get(path, headers=headers)


def test_a_link_shows_the_run_to_somebody_outside_and_nothing_else_of_it(
    home, ada, stranger, run_id
):
    made = share(home, ada, run_id).json()
    assert home.client.get(f"/runs/{run_id}", headers=home.cookie(stranger)).status_code == 404
    shown = look(home, stranger, made["url"])
    assert shown.status_code == 200
    assert "shown to others" in shown.text
    assert "0.125" in shown.text
    for hidden in ("a private note", "a line of the log", "dsv_", run_id, "<textarea"):
        assert hidden not in shown.text


def test_whoever_is_not_signed_in_is_led_to_the_door(home, ada, run_id):
    path = share(home, ada, run_id).json()["url"].removeprefix(home.studio.settings.address)
    home.client.cookies.clear()
    answer = home.client.get(path, headers={"Accept": "text/html"}, follow_redirects=False)
    assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("way", ["withdrawn", "expired", "unknown", "deleted"])
def test_a_link_that_no_longer_works_says_nothing_of_what_it_showed(
    home, ada, stranger, run_id, way
):
    made = share(home, ada, run_id, days=1).json()
    place = f"/api/v1/runs/{run_id}/shares/{made['id']}"
    url = made["url"]
    with home.studio.database.writing() as session:
        if way == "expired":
            session.execute(update(RunShare).values(expires_at=utc_now() - timedelta(seconds=1)))
        if way == "deleted":
            session.delete(session.get_one(Run, run_id))
    if way == "withdrawn":
        for _ in range(2):
            assert home.client.delete(place, headers=home.cookie(ada)).status_code == 204
    shown = look(home, stranger, f"{url}x" if way == "unknown" else url)
    assert shown.status_code == 410
    assert "shown to others" not in shown.text


def test_who_may_not_give_out_of_the_project_makes_no_link(home, run_id):
    viewer = home.person("eve@example.org", {THE_PROJECT: Role.VIEWER})
    assert share(home, viewer, run_id).status_code == 403


def test_of_a_link_the_hash_is_kept_and_who_made_and_withdrew_it(home, ada, run_id):
    made = share(home, ada, run_id, days=7).json()
    secret = made["url"].rpartition("/")[2]
    with home.studio.database.reading() as session:
        [kept] = session.scalars(select(RunShare))
        assert secret not in repr(vars(kept))
    listed = home.client.get(f"/api/v1/runs/{run_id}/shares", headers=home.cookie(ada))
    assert secret not in listed.text
    assert listed.json()["items"][0]["is_open"] is True
    page = f"/runs/{run_id}/share"
    home.client.post(f"{page}/{made['id']}/withdraw", headers=home.cookie(ada))
    assert home.log()[-2:] == [("run shared", True), ("share withdrawn", True)]
