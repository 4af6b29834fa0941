"""From JSON or YAML to a recipe: every complaint about its form, at its place."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.catalog.samplers import MULTI_DATASET_SAMPLERS
from backend.problems import Invalid
from backend.recipes.read import parse_text, read
from tests.backend.recipes import plans

SOUND = plans.recipe("MultipleNegativesRankingLoss", ["anchor", "positive"])

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def test_json_and_yaml_are_read_alike():
    assert parse_text(json.dumps(SOUND)) == SOUND
    assert parse_text("datasets: [{version: x}]\nseed: 1") == {
        "datasets": [{"version": "x"}],
        "seed": 1,
    }


def test_text_that_is_neither_is_named_by_line_and_column():
    with pytest.raises(Invalid, match=r"^line 2, column 8: "):
        parse_text("seed: 1\nloss: {: [")


def test_a_recipe_survives_being_written_and_read():
    recipe, problems = read(SOUND)
    assert problems == []
    assert recipe is not None
    assert read(recipe.model_dump(mode="json")) == (recipe, [])


def test_datasets_take_turns_in_every_way_of_the_catalogue_and_in_no_other():
    for name in (*MULTI_DATASET_SAMPLERS, "by_the_weather"):
        _, problems = read({**SOUND, "arguments": {"multi_dataset_batch_sampler": name}})
        assert [problem.code for problem in problems] == ["wrong_value"] * (
            name not in MULTI_DATASET_SAMPLERS
        )


@pytest.mark.parametrize(("depth", "is_read"), [(4, True), (5, False), (500, False)])
def test_losses_are_wrapped_only_so_deep(depth, is_read):
    loss = {"name": "MultipleNegativesRankingLoss"}
    for _ in range(depth - 1):
        loss = {"name": "AdaptiveLayerLoss", "inner": loss}
    _, problems = read({**SOUND, "loss": loss})
    assert (problems == []) == is_read


def test_wrong_fields_are_told_and_the_rest_is_still_judged():
    recipe, problems = read({**SOUND, "seed": -1, "surprise": {"a/b": 1}, "name": 7})
    assert recipe is not None
    assert recipe.seed == 42
    assert sorted((problem.code, problem.at) for problem in problems) == [
        ("unknown_field", "/surprise"),
        ("wrong_value", "/name"),
        ("wrong_value", "/seed"),
    ]


def test_what_is_missing_is_named_by_where_it_belongs():
    recipe, problems = read({"loss": {}})
    assert recipe is None
    assert [(problem.code, problem.at) for problem in problems] == [
        ("missing_field", "/datasets"),
        ("missing_field", "/loss/name"),
    ]


@pytest.mark.parametrize("ends", [(5.0, 0.0), (1.0, 1.0), (0.0, float("inf")), (float("nan"), 1.0)])
def test_a_range_of_scores_goes_from_a_lower_end_to_a_higher(ends):
    recipe = plans.recipe("CoSENTLoss", ["a", "b"], "score")
    recipe["datasets"][0]["mapping"]["label_range"] = ends
    _, problems = read(recipe)
    assert [problem.at for problem in problems] == ["/datasets/0/mapping/label_range"]


@settings(deadline=None, max_examples=200)
@given(json_values)
def test_nothing_that_is_sent_brings_the_reader_down(value):
    recipe, problems = read(value)
    assert (recipe is None) <= bool(problems)


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(sorted(SOUND)), json_values)
def test_nothing_in_a_field_brings_the_reader_down(name, value):
    recipe, problems = read({**SOUND, name: value})
    assert recipe is not None or problems


def test_a_name_that_is_not_written_as_one_is_told_in_words_and_not_by_a_pattern():
    _, problems = read(SOUND | {"base_model": "åäö/x"})
    [detail] = [problem.detail for problem in problems if problem.at == "/base_model"]
    assert "sentence-transformers/all-MiniLM-L6-v2" in detail
    assert "pattern" not in detail
