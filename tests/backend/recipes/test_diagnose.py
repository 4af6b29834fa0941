"""The one validation: all problems at once, each at its place, each repair a true one."""

from collections import Counter
from typing import Any

import jsonpatch
import jsonpointer
import pytest
from hypothesis import given, settings

from backend.catalog.columns import ColumnType, TableFacts
from backend.problems import Problem
from backend.recipes.diagnose import advise, diagnose
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


def with_loss(loss: dict[str, Any], label: str | None = None, **more: Any) -> dict[str, Any]:
    return plans.recipe("", ["anchor", "positive"], label, **more) | {"loss": loss}


RANKING = {"name": "MultipleNegativesRankingLoss"}
WIDTHS = {"matryoshka_dims": [384, 64]}


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ({"name": "MatryoshkaLoss", "parameters": WIDTHS, "inner": RANKING}, []),
        ({"name": "MatryoshkaLoss", "inner": RANKING}, ["missing_parameter"]),
        ({"name": "MatryoshkaLoss", "parameters": WIDTHS}, ["missing_inner_loss"]),
        (RANKING | {"inner": RANKING}, ["wraps_no_loss"]),
        ({"name": "AdaptiveLayerLoss", "inner": {"name": "CoSENTLoss"}}, ["loss_does_not_fit"]),
        ({"name": "AdaptiveLayerLoss", "inner": {"name": "NoLoss"}}, ["unknown_loss"]),
        (
            {
                "name": "AdaptiveLayerLoss",
                "inner": {"name": "MatryoshkaLoss", "parameters": WIDTHS, "inner": RANKING},
            },
            [],
        ),
        (
            {
                "name": "AdaptiveLayerLoss",
                "inner": {"name": "AdaptiveLayerLoss", "inner": RANKING},
            },
            ["wrapped_twice"],
        ),
        ({"name": "GISTEmbedLoss"}, ["missing_parameter"]),
        ({"name": "GISTEmbedLoss", "parameters": {"guide": "owner/model"}}, []),
        ({"name": "GISTEmbedLoss", "parameters": {"guide": f"mdl_{26 * '0'}"}}, []),
        ({"name": "GISTEmbedLoss", "parameters": {"guide": "../model"}}, ["wrong_parameter"]),
    ],
)
def test_a_wrapper_needs_what_it_wraps_and_a_guided_loss_its_guide(loss, expected):
    assert codes(with_loss(loss), plans.PAIRS) == expected


def test_a_model_can_not_be_cut_to_more_dimensions_than_it_has():
    loss = {"name": "MatryoshkaLoss", "inner": RANKING, "parameters": {"matryoshka_dims": [768]}}
    (problem,) = problems_of(with_loss(loss), plans.PAIRS)
    assert problem.at == "/loss/parameters/matryoshka_dims"
    assert "768" in problem.detail
    assert "384" in problem.detail
    assert codes(with_loss(loss, base_model="some/other"), plans.PAIRS) == []


@pytest.mark.parametrize(
    ("lists", "told"),
    [
        ({"ragged_row": 16, "list_length": None}, "row 17 is not as long"),
        ({"hole_row": 1_232, "list_length": 384}, "row 1,233 holds something that is no number"),
        ({"list_length": 5}, "needs lists of 1 or 2 for 3 texts; those of 'label' have 5"),
    ],
)
def test_a_list_that_can_not_be_a_label_is_named_by_column_and_row(lists, told):
    label = plans.column("label", ColumnType.NUMBERS, **lists)
    facts = plans.table(*plans.TRIPLETS.columns, label)
    recipe = plans.recipe("MarginMSELoss", plans.TRIPLETS.names, "label")
    (problem,) = problems_of(recipe, facts)
    assert told in problem.detail
    assert "'label'" in problem.detail


def test_each_dataset_is_judged_with_its_own_loss_at_its_own_place():
    recipe = plans.recipe("MultipleNegativesRankingLoss", ["anchor", "positive"])
    scored = {"inputs": ["anchor", "positive"], "label": "score"}
    more = {"version": str(plans.VERSION), "mapping": scored}
    recipe["datasets"] += [more, more | {"loss": {"name": "TripletLoss"}}]
    first, second = problems_of(recipe, plans.SCORED)
    assert (first.at, second.at) == ("/datasets/1/mapping", "/datasets/2/loss/name")
    assert first.fixes[0].patch[0]["path"] == "/datasets/1/loss"
    recipe["datasets"] = [recipe["datasets"][0], more | {"loss": {"name": "CoSENTLoss"}}]
    assert codes(recipe, plans.SCORED) == []


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"held_out": {"prove_rows": 50}}, "/datasets/1/held_out"),
        ({"name": "data-1"}, "/datasets/1/name"),
        ({"held_out": {"prove_rows": 0}, "name": "other"}, None),
    ],
)
def test_only_the_first_dataset_proves_and_no_two_have_one_name(changes, at):
    recipe = plans.recipe("MultipleNegativesRankingLoss", ["anchor", "positive"])
    recipe["datasets"].append({k: recipe["datasets"][0][k] for k in ("version", "mapping")})
    recipe["datasets"][1] |= changes
    assert [problem.at for problem in problems_of(recipe, plans.PAIRS)] == [at] * bool(at)


@pytest.mark.parametrize(("label", "fits"), [(None, False), ("kind", True)])
def test_only_rows_with_a_class_can_be_grouped_by_it(label, fits):
    facts = plans.table(*plans.texts("a", "b"), plans.column("kind", ColumnType.TEXT, distinct=3))
    loss = "SoftmaxLoss" if label else "MultipleNegativesRankingLoss"
    recipe = plans.recipe(loss, ["a", "b"], label, arguments={"batch_sampler": "group_by_label"})
    assert codes(recipe, facts) == ([] if fits else ["sampler_does_not_fit"])


def test_a_teachers_embeddings_are_compared_with_a_model_of_their_length_only():
    label = plans.column("label", ColumnType.NUMBERS, list_length=768)
    facts = plans.table(*plans.texts("text"), label)
    recipe = plans.recipe("MSELoss", ["text"], "label", evaluators=[{"name": "MSEEvaluator"}])
    (problem,) = problems_of(recipe, facts)
    assert (problem.code, problem.at) == ("evaluator_does_not_fit", "/evaluators/0/name")
    assert codes(recipe | {"base_model": "some/other"}, facts) == []


def test_a_recipe_of_before_wrappers_and_several_datasets_is_still_one():
    stored = {
        "schema": 1,
        "name": "old",
        "base_model": "sentence-transformers/all-MiniLM-L6-v2",
        "revision": None,
        "datasets": [
            {
                "version": str(plans.VERSION),
                "mapping": {
                    "inputs": ["anchor", "positive"],
                    "label": None,
                    "group": None,
                    "label_range": None,
                },
                "held_out": {"choose_rows": None, "prove_rows": None},
            }
        ],
        "loss": {"name": "MultipleNegativesRankingLoss", "parameters": {"scale": 30.0}},
        "arguments": {"num_train_epochs": 1.0, "batch_sampler": None, "bf16": False},
        "evaluators": [{"name": "InformationRetrievalEvaluator"}],
        "seed": 42,
        "output": {"name": None},
    }
    assert problems_of(stored, plans.PAIRS) == []


DIVIDED = plans.table(
    *plans.PAIRS.columns,
    plans.column("part", ColumnType.TEXT, distinct=2, counts={"Train": 70, "test": 30}),
    plans.column("odd", ColumnType.TEXT, distinct=2, counts={"train": 70, "later": 30}),
    plans.column("few", ColumnType.TEXT, distinct=2, counts={"train": 95, "test": 5}),
)


@pytest.mark.parametrize(
    ("held_out", "at", "told"),
    [
        ({"part": "part"}, None, ""),
        ({"part": "odd"}, "part", "also says 'later'"),
        ({"part": "nowhere"}, "part", "no column 'nowhere'"),
        ({"part": "anchor"}, "part", "is learned from"),
        ({"part": "few"}, "part", "5 rows to prove with"),
        ({"part": "part", "prove_rows": 30}, "prove_rows", "leave prove_rows out"),
    ],
)
def test_a_column_may_divide_the_rows_if_each_says_its_part(held_out, at, told):
    recipe = plans.recipe("MultipleNegativesRankingLoss", ["anchor", "positive"])
    recipe["datasets"][0]["held_out"] = held_out
    problems = problems_of(recipe, DIVIDED)
    assert [problem.at for problem in problems] == [f"/datasets/0/held_out/{at}"] * bool(at)
    assert all(told in problem.detail for problem in problems)


def test_every_fault_of_a_further_dataset_is_told_at_its_place():
    recipe = plans.recipe("MultipleNegativesRankingLoss", ["anchor", "positive"])
    recipe["arguments"] = {"multi_dataset_batch_sampler": "round_robin"}
    recipe["datasets"].append(
        recipe["datasets"][0]
        | {
            "weight": 3.0,
            "prompts": {"anchor": "query: ", "negative": "no: "},
            "evaluators": [{"name": "InformationRetrievalEvaluator"}, {"name": "TripletEvaluator"}],
            "held_out": {"prove_rows": 5},
        }
    )
    assert {problem.at for problem in problems_of(recipe, plans.TRIPLETS)} == {
        "/arguments/multi_dataset_batch_sampler",
        "/datasets/1/prompts/negative",
        "/datasets/1/evaluators/1/name",
        "/datasets/1/held_out/prove_rows",
    }


def test_judged_pairs_need_grades_that_are_numbers():
    recipe = plans.recipe("MultipleNegativesRankingLoss", ["anchor", "positive"])
    recipe["datasets"][0]["mapping"]["grade"] = "negative"
    (problem,) = problems_of(recipe, plans.TRIPLETS)
    assert (problem.code, problem.at) == ("not_a_grade", "/datasets/0/mapping/grade")


def test_a_rank_beyond_the_model_is_a_problem_with_its_repairs():
    wide = plans.recipe("CoSENTLoss", ["anchor", "positive"], "score", lora={"rank": 500})
    [problem] = problems_of(wide, plans.SCORED)
    assert (problem.code, problem.at) == ("rank_too_large", "/lora/rank")
    assert "384 dimensions" in problem.detail
    ranks = [jsonpatch.apply_patch(wide, fix.patch).get("lora") for fix in problem.fixes]
    assert ranks == [{"rank": 16}, None]
    unknown = {**wide, "base_model": "somebody/model"}
    assert problems_of(unknown, plans.SCORED) == [], "its size is known when it is loaded"


@pytest.mark.parametrize(
    ("lora", "arguments", "advised"),
    [
        ({"rank": 8}, {"learning_rate": 2e-5}, 2e-4),
        ({}, None, 2e-4),
        ({"rank": 8}, {"learning_rate": 2e-4}, None),
        (None, {"learning_rate": 2e-5}, None),
    ],
)
def test_a_learning_rate_that_moves_no_adapter_is_advised_against(lora, arguments, advised):
    more = {"lora": lora} | ({"arguments": arguments} if arguments else {})
    recipe = plans.recipe("CoSENTLoss", ["anchor", "positive"], "score", **more)
    assert problems_of(recipe, plans.SCORED) == [], "it would not stop the training"
    advice = advise(
        read(recipe)[0], {plans.VERSION: plans.table(*plans.SCORED.columns, rows=5_000)}
    )
    rates = [
        jsonpatch.apply_patch(recipe, fix.patch)["arguments"]["learning_rate"]
        for each in advice
        for fix in each.fixes
    ]
    assert rates == ([advised] if advised else [])
    assert all(each.at == "/arguments/learning_rate" for each in advice)


@pytest.mark.parametrize(
    ("lora", "at"),
    [
        ({"rank": 0}, "/lora/rank"),
        ({"rank": "many"}, "/lora/rank"),
        ({"dropout": 1}, "/lora/dropout"),
        ({"alpha": 0}, "/lora/alpha"),
        ({"r": 8}, "/lora/r"),
    ],
)
def test_an_adapter_that_is_wrong_in_form_is_named_by_its_place(lora, at):
    recipe = plans.recipe("CoSENTLoss", ["anchor", "positive"], "score", lora=lora)
    assert [problem.at for problem in read(recipe)[1]] == [at]
