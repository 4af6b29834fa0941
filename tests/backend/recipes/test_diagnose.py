"""The one validation: all problems at once, each at its place, each repair a true one."""

from collections import Counter
from typing import Any

import jsonpatch
import jsonpointer
import pytest
from hypothesis import given, settings

from backend.catalog.columns import ColumnType, TableFacts
from backend.problems import Problem
from backend.recipes.diagnose import diagnose
from backend.recipes.read import read
from tests.backend.recipes import plans

law = settings(deadline=None, max_examples=200)


def problems_of(recipe: dict[str, Any], facts: TableFacts) -> list[Problem]:
    """As the API judges a body: what was sent is read, then diagnosed."""
    parsed, problems = read(recipe)
    assert parsed is not None
    return problems + diagnose(parsed, {plans.VERSION: facts})


def codes(recipe: dict[str, Any], facts: TableFacts) -> list[str]:
    return [problem.code for problem in problems_of(recipe, facts)]


@law
@given(plans.recipes(), plans.tables())
def test_every_repair_removes_its_problem_and_adds_none(recipe, facts):
    before = problems_of(recipe, facts)
    told = Counter((problem.code, problem.detail) for problem in before)
    for problem in before:
        for fix in problem.fixes:
            after = problems_of(jsonpatch.apply_patch(recipe, fix.patch), facts)
            left = Counter((each.code, each.detail) for each in after)
            new = Counter(each.code for each in after) - Counter(each.code for each in before)
            key = (problem.code, problem.detail)
            assert left[key] < told[key], (problem, fix)
            assert not new, (problem, fix)


@law
@given(plans.recipes(), plans.tables())
def test_every_problem_points_to_its_place(recipe, facts):
    for problem in problems_of(recipe, facts):
        jsonpointer.resolve_pointer(recipe, problem.at)


@law
@given(plans.recipes(), plans.tables())
def test_every_problem_says_what_is_wrong_in_whole_sentences(recipe, facts):
    for problem in problems_of(recipe, facts):
        assert problem.detail.endswith("."), problem
        assert "None" not in problem.detail.split(), problem
        assert len({fix.label for fix in problem.fixes}) == len(problem.fixes), problem


@pytest.mark.parametrize(
    ("recipe", "facts"),
    [
        (plans.recipe("MultipleNegativesRankingLoss", ["anchor", "positive"]), plans.PAIRS),
        (plans.recipe("CoSENTLoss", ["anchor", "positive"], "score"), plans.SCORED),
        (plans.recipe("TripletLoss", ["anchor", "positive", "negative"]), plans.TRIPLETS),
        (
            plans.recipe("MultipleNegativesRankingLoss", ["anchor", "positive", "negative"]),
            plans.TRIPLETS,
        ),
    ],
)
def test_a_sound_recipe_has_no_problem(recipe, facts):
    assert problems_of(recipe, facts) == []


def test_a_loss_that_does_not_fit_names_the_columns_and_what_would_fit():
    recipe = plans.recipe("CoSENTLoss", ["anchor", "positive"])
    (problem,) = problems_of(recipe, plans.PAIRS)
    assert problem.code == "loss_does_not_fit"
    assert problem.at == "/loss/name"
    assert "anchor and positive" in problem.detail
    assert "Use MultipleNegativesRankingLoss" in [fix.label for fix in problem.fixes]


def test_all_problems_come_at_once():
    recipe = plans.recipe(
        "CoSENTLoss",
        ["anchor", "nope"],
        arguments={"batch_sampler": "best", "bf16": True, "fp16": True},
        surprise=1,
    )
    recipe["loss"]["parameters"] = {"scale": -1, "tau": 1}
    assert sorted(codes(recipe, plans.PAIRS)) == [
        "two_precisions",
        "unknown_column",
        "unknown_field",
        "unknown_parameter",
        "unknown_sampler",
        "wrong_parameter",
    ]


@pytest.mark.parametrize(
    ("name", "value", "is_wrong"),
    [
        ("scale", 20, False),
        ("scale", 0.5, False),
        ("scale", 0, True),
        ("scale", "20", True),
        ("scale", True, True),
        ("scale", None, True),
        ("scale", float("inf"), True),
        ("similarity_fct", "dot_score", False),
        ("similarity_fct", "other", True),
        ("similarity_fct", ["cos_sim"], True),
        ("directions", ["query_to_doc", "doc_to_query"], False),
        ("directions", ["sideways"], True),
        ("hardness_mode", None, False),
        ("gather_across_devices", 1, True),
    ],
)
def test_parameters_have_their_range(name, value, is_wrong):
    recipe = plans.recipe("MultipleNegativesRankingLoss", ["anchor", "positive"])
    recipe["loss"]["parameters"] = {name: value}
    assert codes(recipe, plans.PAIRS) == ["wrong_parameter"] * is_wrong


@pytest.mark.parametrize(
    ("label_range", "fits"), [(None, False), ((0.0, 5.0), True), ((0.0, 1.0), False)]
)
def test_scores_are_compared_with_cosines_as_the_range_scales_them(label_range, fits):
    recipe = plans.recipe("CosineSimilarityLoss", ["anchor", "positive"], "score")
    recipe["datasets"][0]["mapping"]["label_range"] = label_range
    assert codes(recipe, plans.SCORED) == ([] if fits else ["loss_does_not_fit"])


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        ({"inputs": ["anchor", "anchor"]}, ["column_used_twice"]),
        ({"inputs": ["anchor", "positive"], "label": "anchor"}, ["column_used_twice"]),
        ({"inputs": ["anchor", "score"]}, ["not_a_text"]),
        ({"inputs": ["anchor", "positive"], "group": "nope"}, ["unknown_column"]),
        ({"inputs": ["anchor", "positive"], "group": "anchor"}, []),
    ],
)
def test_each_column_has_one_part_that_it_can_play(mapping, expected):
    recipe = plans.recipe("MultipleNegativesRankingLoss", [])
    recipe["datasets"][0]["mapping"] = mapping
    assert codes(recipe, plans.SCORED) == expected


@pytest.mark.parametrize(
    ("rows", "held_out", "expected"),
    [
        (100, {}, []),
        (60, {}, ["too_few_to_prove"]),
        (60, {"prove_rows": 0}, []),
        (60, {"prove_rows": 55}, ["too_few_rows"]),
        (7, {}, ["too_few_rows"]),
        (1_000, {"prove_rows": 5}, ["too_few_to_prove"]),
    ],
)
def test_enough_rows_must_learn_and_enough_prove(rows, held_out, expected):
    recipe = plans.recipe("MultipleNegativesRankingLoss", ["anchor", "positive"])
    recipe["datasets"][0]["held_out"] = held_out
    assert codes(recipe, plans.table(*plans.PAIRS.columns, rows=rows)) == expected


def test_a_version_that_is_not_theirs_is_named_once():
    parsed, _ = read(plans.recipe("MultipleNegativesRankingLoss", ["a", "b"]))
    assert parsed is not None
    (problem,) = diagnose(parsed, {})
    assert (problem.code, problem.at) == ("unknown_version", "/datasets/0/version")


def test_a_class_column_fits_the_classifying_loss():
    facts = plans.table(*plans.texts("a", "b"), plans.column("kind", ColumnType.TEXT, distinct=3))
    assert problems_of(plans.recipe("SoftmaxLoss", ["a", "b"], "kind"), facts) == []
