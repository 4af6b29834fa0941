"""An experiment over REST: its trials come as others end, and *choose* alone decides."""

import pytest
from sqlalchemy import select

from backend.experiments.rounds import go_on_with_experiments
from backend.models.tables import Model
from backend.proof.tables import Evaluation
from backend.recipes.schemas import Recipe
from backend.runs.states import JobKind, Outcome
from backend.runs.tables import Job, Run
from tests.backend.proof.judged_runs import end_next
from tests.runs.trainings import pairs_csv, recipe_for, upload

SPACE = [{"path": "arguments.learning_rate", "low": 1e-4, "high": 1e-2, "is_log": True}]


@pytest.fixture
def studio(studio):
    """Rounds are called by hand: the server's own come too seldom to disturb."""
    return studio


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"reconcile_seconds": 3_600.0})


@pytest.fixture
def recipe(api):
    return recipe_for(api, upload(api, pairs_csv())["id"])


def begin(api, recipe, **more):
    answer = api.post("experiments", json={"recipe": recipe, "space": SPACE, "trials": 4, **more})
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


def shown(api, experiment_id):
    return api.get(f"experiments/{experiment_id}").json()


def proving(studio):
    with studio.database.reading() as session:
        return session.scalars(select(Job).where(Job.kind == JobKind.PROVE)).all()


def test_so_many_run_at_once_and_the_best_on_choose_is_chosen_and_proven_alone(studio, api, recipe):
    experiment_id = begin(api, recipe, at_once=2)
    metrics, models = [0.4, 0.7, 0.5, None], {}
    for metric in metrics:
        go_on_with_experiments(studio, 0.0)
        go_on_with_experiments(studio, 0.0)  # twice is once
        found = shown(api, experiment_id)
        assert sum(each["status"] == "queued" for each in found["tried"]) <= 2
        told = [] if metric is None else [(1, metric / 2), (2, metric), (3, metric - 0.1)]
        outcome = Outcome.REFUSED if metric is None else Outcome.SUCCEEDED
        models[metric] = end_next(studio, metrics=told, outcome=outcome)
        assert proving(studio) == []
    go_on_with_experiments(studio, 0.0)
    go_on_with_experiments(studio, 0.0)
    found = shown(api, experiment_id)
    assert [each["metric"] for each in found["tried"]] == metrics
    assert found["status"] == "ended"
    assert found["chosen_run_id"] == found["tried"][1]["run_id"]
    assert [job.model_id for job in proving(studio)] == [models[0.7]]
    rates = [each["values"]["arguments.learning_rate"] for each in found["tried"]]
    assert rates[0] == recipe["arguments"]["learning_rate"], "the plan itself comes first"
    assert len(set(rates)) == 4
    with studio.database.reading() as session:
        trials = session.scalars(select(Job).where(Job.kind == JobKind.TRAIN)).all()
    assert [job.payload["opens_prove"] for job in trials] == [False] * 4


def test_a_trial_whose_prove_somebody_opened_is_chosen_all_the_same_and_the_next_goes_on(
    studio, api, recipe
):
    opened = begin(api, recipe, trials=2)
    models = []
    for metric in (0.6, 0.4):
        go_on_with_experiments(studio, 0.0)
        models.append(end_next(studio, metrics=[(1, metric)]))
    assert api.post(f"models/{models[0]}/prove").status_code == 202
    with studio.database.writing() as session:
        session.add(an_opening(session, models[0]))
    other = begin(api, recipe, trials=2)
    go_on_with_experiments(studio, 0.0)
    assert shown(api, opened)["status"] == "ended"
    assert shown(api, opened)["chosen_model_id"] == models[0]
    assert len(shown(api, other)["tried"]) == 1
    assert len(proving(studio)) == 1


def test_cancelling_stops_what_waits_and_begins_no_more(studio, api, recipe):
    experiment_id = begin(api, recipe, at_once=2)
    go_on_with_experiments(studio, 0.0)
    assert api.post(f"experiments/{experiment_id}/cancel").json()["status"] == "cancelled"
    go_on_with_experiments(studio, 0.0)
    found = shown(api, experiment_id)
    assert [each["status"] for each in found["tried"]] == ["cancelled", "cancelled"]
    assert api.post(f"experiments/{experiment_id}/cancel").status_code == 202, "twice is once"


def test_when_nothing_ends_well_nothing_is_chosen(studio, api, recipe):
    experiment_id = begin(api, recipe, trials=2)
    for _ in range(2):
        go_on_with_experiments(studio, 0.0)
        end_next(studio, outcome=Outcome.REFUSED)
    go_on_with_experiments(studio, 0.0)
    found = shown(api, experiment_id)
    assert (found["status"], found["chosen_run_id"]) == ("ended", None)
    assert api.post(f"experiments/{experiment_id}/cancel").status_code == 409


def an_opening(session, model_id):
    """*Prove* as it was opened for this model."""
    model = session.get_one(Model, model_id)
    return Evaluation(
        project_id=model.project_id,
        model_id=model_id,
        version_id=Recipe.model_validate(session.get_one(Run, model.run_id).recipe)
        .datasets[0]
        .version,
        part="prove",
        part_hash="x",
        evaluator="InformationRetrievalEvaluator",
        before={},
        after={},
        verdict={},
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"space": [{"path": "arguments.learning_rate", "choices": [1e-4, -1]}]},
            "learning_rate -1",
        ),
        ({"space": [{"path": "arguments.learning_rat", "choices": [1, 2]}]}, "learning_rat 1"),
        ({"space": [{"path": "lora.rank", "choices": [8, 0]}]}, "rank 0"),
        ({"space": [{"path": "datasets.7.weight", "choices": [1, 2]}]}, "no place"),
        ({"space": SPACE * 2}, "varied twice"),
        ({"space": [{"path": "seed", "choices": [1, 2]}]}, "path"),
    ],
    ids=[
        "unsound value",
        "no such argument",
        "unsound rank",
        "no such dataset",
        "twice",
        "not to be varied",
    ],
)
def test_a_space_that_makes_unsound_recipes_is_refused_at_once(studio, api, recipe, change, says):
    answer = api.post("experiments", json={"recipe": recipe, "space": SPACE} | change)
    assert answer.status_code == 422
    assert says in answer.text


def test_without_a_measure_or_rows_to_choose_by_nothing_can_be_chosen(studio, api, recipe):
    for change in ({"evaluators": []}, {"datasets": [held_none(recipe["datasets"][0])]}):
        answer = api.post("experiments", json={"recipe": recipe | change, "space": SPACE})
        assert answer.status_code == 422
        assert "nothing_to_choose_by" in answer.text


def held_none(use):
    return use | {"held_out": {"choose_rows": 0, "prove_rows": 20}}


def test_the_plans_form_begins_one_and_its_page_shows_it(studio, api, server, recipe):
    import json

    form = {
        "recipe": json.dumps(recipe),
        "try_rate_low": "1e-5",
        "try_rate_high": "1e-3",
        "try_batches": "8, 16",
        "try_rounds": "",
        "try_trials": "3",
        "try_at_once": "1",
    }
    answer = api.post(f"{server.url}/experiments", data=form, headers={"Origin": server.url})
    assert answer.status_code == 303, answer.text
    go_on_with_experiments(studio, 0.0)
    end_next(studio, metrics=[(1, 0.3), (2, 0.4)])
    page = api.get(server.url + answer.headers["location"])
    assert "0.400" in page.text
    assert "polyline" in page.text
    wrong = api.post(
        f"{server.url}/experiments",
        data=form | {"try_rate_high": "much"},
        headers={"Origin": server.url},
    )
    assert wrong.status_code == 422
