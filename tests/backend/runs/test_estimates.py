"""The estimate over REST and on the plan's page, and what it learns from runs."""

import html
import json
import re
from datetime import UTC, datetime

import httpx2
import pytest
from sqlalchemy import update

from backend.recipes.estimate.speed import USUAL_CPU, USUAL_GPU
from backend.recipes.estimate.spent import Spent
from backend.runs import estimates, machines
from backend.runs.base_facts import facts_of
from backend.runs.tables import Machine
from tests.runs import trainings


@pytest.fixture
def version_id(api):
    return trainings.upload(api, trainings.pairs_csv())["id"]


@pytest.fixture
def browser(server):
    with httpx2.Client(base_url=server.url, timeout=30, trust_env=False, verify=False) as client:
        yield client


def recipe_of(api, version_id, **arguments):
    recipe = api.post(f"dataset-versions/{version_id}/recommend").json()
    recipe["arguments"] |= arguments
    return recipe


def ask(api, recipe):
    answer = api.post("recipes/estimate", json={"recipe": recipe})
    assert answer.status_code == 200, answer.text
    return answer.json()


def measure(studio, host="lab", speed=USUAL_CPU):
    """A worker came, and its machine has measured itself."""
    with studio.database.writing() as session:
        machines.seen(session, host, speed.device, 1)
        machines.measured(session, host, speed)


def spent_of(estimate, times, **more):
    training, evaluation, around = (
        estimate[name]["value"]
        for name in ("training_seconds", "evaluation_seconds", "around_seconds")
    )
    plain = {
        "host": "lab",
        "device": "cpu",
        "ranks": 1,
        "steps": estimate["steps"],
        "seconds": times * (training + evaluation + around),
        "training_seconds": times * training,
        "evaluation_seconds": times * evaluation,
        "memory_bytes": round(estimate["memory_bytes"]["value"]),
        "disk_bytes": 1,
        "base_model": "b",
        "model": {
            "parameters": 5_000,
            "layers": 2,
            "hidden": 32,
            "inner": 64,
            "heads": 2,
            "max_tokens": 64,
        },
        "was_resumed": False,
    }
    return Spent.model_validate(plain | more)


def test_a_sound_recipe_is_estimated_before_any_worker_has_come(api, version_id):
    found = ask(api, recipe_of(api, version_id))
    assert (found["basis"], found["host"], found["device"]) == ("assumed", None, "cpu")
    assert found["seconds"]["low"] < found["seconds"]["value"] < found["seconds"]["high"]
    parts = ("training_seconds", "evaluation_seconds", "around_seconds")
    assert found["seconds"]["value"] == pytest.approx(sum(found[p]["value"] for p in parts))
    assert found["steps"] > 0
    assert found["disk_bytes"]["value"] > 90e6, "the model alone has 91 MB"


def test_an_unsound_recipe_is_refused_with_what_is_wrong(api, version_id):
    recipe = recipe_of(api, version_id)
    recipe["datasets"][0]["mapping"]["inputs"] = ["no such column"]
    answer = api.post("recipes/estimate", json={"recipe": recipe})
    assert answer.status_code == 422
    judged = api.post("recipes/validate", json={"recipe": recipe}).json()["problems"]
    assert [e["code"] for e in answer.json()["errors"]] == [e["code"] for e in judged]


def test_a_machine_that_has_measured_itself_is_named(api, studio, version_id):
    measure(studio)
    found = ask(api, recipe_of(api, version_id))
    assert (found["basis"], found["host"]) == ("measured", "lab")
    assert "lab" in found["sentence"]
    measure(studio, "rack", USUAL_GPU)
    faster = ask(api, recipe_of(api, version_id))
    assert faster["host"] == "rack", "whose worker came last"
    assert faster["training_seconds"]["value"] < found["training_seconds"]["value"]
    assert "GPU" in faster["sentence"]


def test_what_a_run_took_is_kept_beside_what_was_expected_and_learned_from(api, studio, version_id):
    measure(studio)
    recipe = recipe_of(api, version_id)
    expected = ask(api, recipe)
    run = trainings.start(api, recipe)
    cost = api.get(f"runs/{run['id']}/cost").json()
    assert cost == {"estimate": expected, "spent": None}

    with studio.database.writing() as session:
        estimates.took(session, run["id"], spent_of(expected, 2.0))
    cost = api.get(f"runs/{run['id']}/cost").json()
    assert cost["spent"]["host"] == "lab"
    learned = ask(api, recipe)
    assert learned["basis"] == "runs"
    assert learned["seconds"]["value"] == pytest.approx(2 * expected["seconds"]["value"])


@pytest.mark.parametrize("changed", [{"host": "another"}, {"was_resumed": True}])
def test_runs_that_say_nothing_of_this_machine_are_left_aside(api, studio, version_id, changed):
    measure(studio)
    recipe = recipe_of(api, version_id)
    expected = ask(api, recipe)
    run = trainings.start(api, recipe)
    with studio.database.writing() as session:
        estimates.took(session, run["id"], spent_of(expected, 2.0, **changed))
    assert ask(api, recipe) == expected


def test_a_new_measure_begins_anew(api, studio, version_id):
    measure(studio)
    recipe = recipe_of(api, version_id)
    expected = ask(api, recipe)
    run = trainings.start(api, recipe)
    with studio.database.writing() as session:
        estimates.took(session, run["id"], spent_of(expected, 2.0))
        at = datetime(2031, 1, 1, tzinfo=UTC)
        session.execute(update(Machine).values(measured_at=at))
    assert ask(api, recipe)["basis"] == "measured"


def test_the_size_of_a_model_that_nobody_knew_is_known_once_it_was_trained(api, studio, version_id):
    measure(studio)
    recipe = recipe_of(api, version_id) | {"base_model": "somebody/unheard-of"}
    expected = ask(api, recipe)
    assert not expected["is_model_known"]
    run = trainings.start(api, recipe)
    with studio.database.writing() as session:
        estimates.took(session, run["id"], spent_of(expected, 1.0))
    found = ask(api, recipe)
    assert found["is_model_known"]
    assert found["disk_bytes"]["value"] < expected["disk_bytes"]["value"]
    with studio.database.reading() as session:
        assert facts_of(session, "somebody/unheard-of").parameters == 5_000


def after_choosing(browser, page, pointer, value):
    """The plan after one of its values was set otherwise."""
    patch = json.dumps([{"op": "add", "path": pointer, "value": value}])
    recipe = html.unescape(re.search(r'name="recipe" value="([^"]*)"', page)[1])
    origin = {"Origin": str(browser.base_url).rstrip("/")}
    return browser.post("/plan", data={"recipe": recipe, "fix": patch}, headers=origin).text


def expected_seconds(page):
    said = r"About ([0-9]+) (s|min|h).* on lab, [0-9.]+ GB of memory, [0-9.]+ GB of disk"
    number, unit = re.search(said, page).groups()
    return int(number) * {"s": 1, "min": 60, "h": 3_600}[unit]


def test_the_plan_says_what_it_takes_and_renews_it_with_each_choice(browser, studio, version_id):
    measure(studio)
    shown = browser.get("/plan", params={"version": version_id}).text
    assert "lab has measured itself" in shown
    longer = after_choosing(browser, shown, "/arguments/num_train_epochs", 900)
    assert expected_seconds(longer) > 2 * expected_seconds(shown)


def test_a_plan_that_is_not_sound_says_nothing_of_time(browser, studio, version_id):
    measure(studio)
    shown = browser.get("/plan", params={"version": version_id}).text
    unsound = after_choosing(browser, shown, "/datasets/0/mapping/inputs", ["no such column"])
    assert 'id="takes"' in shown
    assert 'id="takes"' not in unsound


def test_a_machine_is_asked_to_measure_itself_once(studio):
    with studio.database.writing() as session:
        assert machines.seen(session, "lab", "cpu", 1)
        machines.measured(session, "lab", USUAL_CPU)
        assert not machines.seen(session, "lab", "cpu", 2)
        assert machines.newest(session).ranks == 2
