"""What is tried next: within its bounds, from what there is to learn, the same for the same past."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from backend.experiments.space import Varied, values_in, with_values
from backend.experiments.suggest import Tried, suggest

RATE = Varied(path="arguments.learning_rate", low=1e-6, high=1e-2, is_log=True)
BATCH = Varied(path="arguments.per_device_train_batch_size", choices=[8, 16, 32])
LAYERS = Varied(path="loss.parameters.n", low=1, high=6, is_whole=True)
SPACE = [RATE, BATCH, LAYERS]
OWN = {RATE.path: 2e-5, BATCH.path: 64, LAYERS.path: None}


def tried(values, metric):
    return Tried(values=values, metric=metric, is_ended=metric is not None)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.none() | st.floats(0, 1), max_size=12), st.integers(0, 2**32 - 1))
def test_what_is_suggested_lies_in_the_space_and_is_the_same_for_the_same_past(metrics, seed):
    past = []
    for metric in metrics:
        past.append(tried(suggest(SPACE, OWN, past, seed), metric))
    again = suggest(SPACE, OWN, past, seed)
    assert again == suggest(SPACE, OWN, past, seed)
    for one in [*(each.values for each in past), again]:
        assert all(varied.has(one[varied.path]) for varied in SPACE)
        assert isinstance(one[LAYERS.path], int)


def test_the_plan_itself_is_tried_first_where_it_lies_in_the_space():
    own = {**OWN, BATCH.path: 16, LAYERS.path: 3}
    assert suggest(SPACE, own, [], 1) == own
    assert suggest(SPACE, own, [tried(own, 0.1)], 1) != own


def test_it_finds_the_best_of_a_smooth_hill_sooner_than_chance():
    """The hill's top is at 1e-4: half of what is tried late lies within a factor of 4."""
    past = []
    for _ in range(30):
        values = suggest([RATE], {RATE.path: None}, past, 3)
        past.append(tried(values, -abs(math.log10(values[RATE.path]) + 4)))
    late = [abs(math.log10(each.values[RATE.path]) + 4) for each in past[15:]]
    assert sorted(late)[len(late) // 2] < math.log10(4)  # by chance it would be 1


def test_values_are_laid_into_a_recipe_and_read_from_it():
    recipe = {"loss": {"name": "x"}, "datasets": [{"weight": 1.0}]}
    values = {"loss.parameters.n": 3, "datasets.0.weight": 2.0, "arguments.learning_rate": 1e-4}
    changed = with_values(recipe, values)
    assert changed["loss"] == {"name": "x", "parameters": {"n": 3}}
    assert recipe["datasets"][0]["weight"] == 1.0, "the original stays"
    space = [Varied(path=path, choices=[1]) for path in values]
    assert values_in(changed, space) == values


@pytest.mark.parametrize(
    "wrong",
    [
        {"path": "seed", "choices": [1, 2]},
        {"path": "datasets.0.held_out.choose_rows", "choices": [1]},
        {"path": "evaluators", "choices": [1]},
        {"path": "arguments.learning_rate"},
        {"path": "arguments.learning_rate", "low": 1, "high": 1},
        {"path": "arguments.learning_rate", "low": 0, "high": 1, "is_log": True},
        {"path": "arguments.learning_rate", "low": 0, "high": 1, "choices": [1]},
        {"path": "loss.parameters.n", "low": 0.5, "high": 2, "is_whole": True},
    ],
)
def test_what_would_divide_the_rows_otherwise_or_says_nothing_cannot_vary(wrong):
    with pytest.raises(ValidationError):
        Varied.model_validate(wrong)
