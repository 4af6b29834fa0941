"""What a person wants, the recipe that serves it, and back."""

import copy

import pytest
from hypothesis import assume, given, settings

from backend.catalog.base_models import BASE_MODELS
from backend.catalog.evaluators import EVALUATORS
from backend.catalog.goals import GOALS
from backend.catalog.losses import LOSSES
from backend.catalog.presets import PRESETS
from backend.recipes import form
from backend.recipes.diagnose import diagnose
from backend.recipes.goals import goal_of, goals, towards
from backend.recipes.merge_patch import is_as, merged
from backend.recipes.recommend import recommend
from backend.recipes.schemas import Recipe
from tests.backend.recipes import plans


def test_a_goal_names_what_there_is() -> None:
    for row in GOALS.values():
        assert row.base_model in BASE_MODELS
        assert set(row.losses) <= set(LOSSES)
        assert set(row.evaluators) <= set(EVALUATORS)


def test_every_loss_that_is_proposed_serves_a_goal() -> None:
    served = {name for row in GOALS.values() for name in row.losses}
    assert {row.name for row in LOSSES.values() if row.is_proposed and not row.wraps} <= served


def test_every_evaluator_that_proves_is_of_one_goal() -> None:
    proving = {row.name for row in EVALUATORS.values() if row.only_beside is None}
    named = [name for row in GOALS.values() for name in row.evaluators if name in proving]
    assert sorted(named) == sorted(proving)


@settings(max_examples=100, deadline=None)
@given(plans.tables())
def test_towards_a_goal_that_fits_a_recipe_is_sound_and_of_that_goal(facts) -> None:
    recipe = recommend(plans.VERSION, facts)
    assume(recipe is not None and facts.rows >= 8)
    mapping = recipe.datasets[0].mapping
    plain = recipe.model_dump(mode="json")
    fits = goals(mapping, facts)
    assert [fit.row.name for fit in fits] == list(GOALS)
    for fit in fits:
        turned = towards(fit.row, plain, mapping, facts)
        assert turned == plain or fit.because is None
        assert not list(diagnose(Recipe.model_validate(turned), {plans.VERSION: facts}))
        if fit.because is None and form.proving(turned):
            assert goal_of(turned) == fit.row.name


@pytest.mark.parametrize(
    ("facts", "goal"),
    [
        (plans.PAIRS, "answers"),
        (plans.TRIPLETS, "answers"),
        (plans.SCORED, "alike"),
        (plans.table(*plans.texts("sentence1", "sentence2")), "duplicates"),
        (plans.table(*plans.texts("english", "german")), "languages"),
    ],
)
def test_the_data_says_what_it_is_for(facts, goal) -> None:
    assert goal_of(recommend(plans.VERSION, facts).model_dump(mode="json")) == goal


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_a_preset_laid_over_a_recipe_is_sound_and_recognised(preset) -> None:
    recipe = recommend(plans.VERSION, plans.PAIRS)
    laid = merged(recipe.model_dump(mode="json"), preset.patch)
    assert is_as(Recipe.model_validate(laid).model_dump(mode="json"), preset.patch)
    others = [row for row in PRESETS.values() if row is not preset]
    assert not any(is_as(laid, row.patch) for row in others)


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        # RFC 7396, appendix A.
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_merge_patch_does_what_its_standard_says(target, patch, result) -> None:
    before = copy.deepcopy(target)
    assert merged(target, patch) == result
    assert merged(result, patch) == result
    assert is_as(result, patch)
    assert target == before
