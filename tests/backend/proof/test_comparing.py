"""Runs side by side: what differs, how far apart they are on *choose*, and nothing of *prove*."""

import copy

import numpy as np
import pytest
from scipy.stats import bootstrap

from backend.proof.comparing.chosen import beside_the_first
from backend.proof.comparing.settings import about, differences
from backend.recipes.schemas import Recipe
from tests.backend.proof.judged_runs import METRIC, RECIPE, ended_run, judged

RANDOM = np.random.default_rng(5)
FIRST = RANDOM.uniform(0, 1, 150)
BETTER = np.clip(FIRST + RANDOM.normal(0.08, 0.15, 150), 0, 1)


def with_rate(rate, batch=32):
    recipe = copy.deepcopy(RECIPE)
    recipe["arguments"] = {"learning_rate": rate, "per_device_train_batch_size": batch}
    return recipe


def test_the_gap_is_scipys_paired_interval():
    gap = beside_the_first([judged(FIRST), judged(BETTER)])[1].gap
    theirs = bootstrap(
        (BETTER - FIRST,), np.mean, method="percentile", n_resamples=20_000, rng=2
    ).confidence_interval
    assert gap.ci95 == pytest.approx((theirs.low, theirs.high), abs=0.003)
    assert gap.difference == pytest.approx(np.mean(BETTER - FIRST))
    assert gap.word == "better"


def test_the_more_runs_are_compared_the_wider_is_what_cannot_be_told():
    unsure = FIRST + RANDOM.normal(0, 0.3, 150)
    alone = beside_the_first([judged(FIRST), judged(unsure)])[1].gap
    among = beside_the_first([judged(FIRST), *[judged(unsure)] * 4])[1].gap
    assert among.ci95[1] - among.ci95[0] > alone.ci95[1] - alone.ci95[0]


@pytest.mark.parametrize(
    ("other", "because"),
    [
        (judged(BETTER, part_hash="other"), "other rows"),
        (judged(BETTER, evaluator="RerankingEvaluator"), "InformationRetrievalEvaluator"),
        (judged(BETTER[:-1]), "other rows"),
    ],
    ids=["other rows", "another measure", "fewer rows"],
)
def test_what_was_not_judged_alike_has_no_gap_but_a_reason(other, because):
    found = beside_the_first([judged(FIRST), other])[1]
    assert found.gap is None
    assert because in found.because


def test_a_run_without_anything_judged_leaves_the_others_theirs():
    found = beside_the_first([judged(FIRST), None, judged(BETTER)])
    assert found[1] is None
    assert found[2].gap is not None
    assert found[0].gap is None
    assert found[0].because is None


def test_only_what_differs_is_told_in_the_schemas_words():
    recipes = [
        Recipe.model_validate(with_rate(rate)).model_dump(mode="json") for rate in (1e-5, 2e-5)
    ]
    recipes[1]["loss"]["parameters"]["scale"] = 10
    recipes[1]["name"] = "another"
    found = {each.path: each for each in differences(recipes)}
    assert found.keys() == {"arguments.learning_rate", "loss.parameters.scale"}
    assert found["arguments.learning_rate"].values == [1e-5, 2e-5]
    assert found["loss.parameters.scale"].values == [None, 10]
    assert about("arguments.num_train_epochs") == "How often all rows are seen."
    assert about("datasets.0.held_out.choose_rows") == "Empty: a tenth, at most 200."


def test_runs_are_compared_over_rest_in_their_order_and_prove_is_no_part_of_it(studio, api):
    one = ended_run(
        studio, "one", with_rate(1e-5, 8), judged(FIRST), [3, 2, 1], [(1, 0.2), (3, 0.4)]
    )
    other = ended_run(studio, "other", with_rate(2e-5, 16), judged(BETTER), [2, 1])
    found = api.get("runs/compare", params={"run": [other, one]}).json()
    assert [run["name"] for run in found["runs"]] == ["other", "one"]
    assert [run["rows_a_step"] for run in found["runs"]] == [16, 8]
    assert found["runs"][1]["choose"]["gap"]["word"] == "worse"
    assert {each["path"] for each in found["settings"]} == {
        "arguments.learning_rate",
        "arguments.per_device_train_batch_size",
    }
    curves = {each["key"]: each["runs"] for each in found["curves"]}
    assert curves["loss"] == [
        {"steps": [1, 2], "values": [2, 1]},
        {"steps": [1, 2, 3], "values": [3, 2, 1]},
    ]
    assert curves[f"choose/{METRIC}"][0] == {"steps": [], "values": []}
    assert "prove" not in str(found)


@pytest.mark.parametrize("count", [0, 1, 7])
def test_another_number_of_runs_is_refused_with_what_to_do(studio, api, count):
    runs = [ended_run(studio, f"run {n}") for n in range(count)]
    answer = api.get("runs/compare", params={"run": runs})
    assert answer.status_code == 422
    assert count == 0 or "2 to 6 runs" in answer.text


def test_the_page_says_it_in_words_and_a_single_run_is_no_comparison(studio, api, server):
    one = ended_run(studio, "one <b>", with_rate(1e-5), judged(FIRST), [3, 2, 1])
    other = ended_run(studio, "other", with_rate(2e-5), judged(BETTER), [2, 1])
    page = api.get(f"{server.url}/runs/compare", params={"run": [one, other], "by": "rows"})
    assert page.status_code == 200
    assert "Better" in page.text
    assert "one &lt;b&gt;" in page.text
    assert "arguments.learning_rate" in page.text
    assert '{"at":[32,64,96]' in page.text
    assert api.get(f"{server.url}/runs/compare", params={"run": one}).status_code == 422
    assert f'value="{one}"' in api.get(f"{server.url}/runs").text
