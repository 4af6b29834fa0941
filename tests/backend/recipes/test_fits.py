"""What can be trained with this data: the answer of every loss, and the recipe to start with."""

import jsonpatch
import pytest
from hypothesis import assume, given, settings

from backend.catalog.columns import ColumnType, TableFacts
from backend.catalog.losses import LOSSES
from backend.recipes.columns_fit import complaint
from backend.recipes.diagnose import diagnose
from backend.recipes.fits import Fitness, fits
from backend.recipes.losses import fitting
from backend.recipes.mapping import propose
from backend.recipes.recommend import recommend
from backend.recipes.schemas import MOST_INPUTS, Mapping
from tests.backend.recipes import plans

law = settings(deadline=None, max_examples=150)


@law
@given(plans.tables())
def test_every_loss_answers_and_each_answer_is_true(facts):
    mapping = propose(facts)
    assume(mapping is not None)
    answers = fits(mapping, facts)
    assert {fit.loss.name for fit in answers} == set(LOSSES)
    for fit in answers:
        assert (fit.fitness is Fitness.FITS) == can_use(fit.loss, mapping, facts)
        assert (fit.because is None) == (fit.fitness is Fitness.FITS)
        assert bool(fit.fixes) == (fit.fitness is Fitness.AFTER_A_CHANGE)
        for fix in fit.fixes:
            changed = jsonpatch.apply_patch(mapping.model_dump(mode="json"), fix.patch)
            assert can_use(fit.loss, Mapping.model_validate(changed), facts)


def can_use(loss, mapping, facts):
    can_wrap = loss.wraps and bool(fitting([(mapping, facts)]))
    return can_wrap or complaint(loss, mapping, facts) is None


@law
@given(plans.tables())
def test_a_recommended_recipe_is_sound_where_there_are_rows_to_learn_from(facts):
    recipe = recommend(plans.VERSION, facts)
    assume(recipe is not None)
    problems = diagnose(recipe, {plans.VERSION: facts})
    assert [problem.code for problem in problems] == ["too_few_rows"] * (facts.rows < 8)


@law
@given(plans.tables())
def test_a_loss_that_is_asked_for_is_recommended_exactly_if_it_fits(facts):
    mapping = propose(facts)
    assume(mapping is not None)
    for fit in fits(mapping, facts):
        recipe = recommend(plans.VERSION, facts, mapping, loss=fit.loss.name)
        assert (recipe is not None) == (fit.fitness is Fitness.FITS)
        if recipe is not None:
            assert recipe.loss.name == fit.loss.name
            problems = diagnose(recipe, {plans.VERSION: facts})
            assert {problem.code for problem in problems} <= {"too_few_rows"}


@law
@given(plans.tables())
def test_nobody_is_recommended_a_wrapper_a_guide_or_what_learns_from_texts_alone(facts):
    recipe = recommend(plans.VERSION, facts)
    if recipe is not None:
        row = LOSSES[recipe.loss.name]
        assert row.is_proposed
        assert row.is_whole


NUMBERS = ColumnType.NUMBERS
SORTED = plans.table(*plans.texts("text"), plans.column("label", ColumnType.TEXT, distinct=7))
ENTAILED = plans.table(*plans.texts("a", "b"), plans.column("label", ColumnType.TEXT, distinct=3))
EMBEDDED = plans.table(*plans.texts("text"), plans.column("label", NUMBERS, list_length=384))


def taught(scores: int, *more: str) -> TableFacts:
    """A query, an answer, wrong ones, and a teacher's scores of them."""
    label = plans.column("scores", NUMBERS, list_length=scores)
    return plans.table(*plans.texts("query", "answer", "n1", *more), label)


@pytest.mark.parametrize(
    ("facts", "loss", "evaluator"),
    [
        (plans.PAIRS, "MultipleNegativesRankingLoss", "InformationRetrievalEvaluator"),
        (plans.TRIPLETS, "MultipleNegativesRankingLoss", "TripletEvaluator"),
        (plans.SCORED, "CoSENTLoss", "EmbeddingSimilarityEvaluator"),
        (SORTED, "BatchHardSoftMarginTripletLoss", "LinearProbeEvaluator"),
        (ENTAILED, "SoftmaxLoss", "LinearProbeEvaluator"),
        (taught(2), "MarginMSELoss", "InformationRetrievalEvaluator"),
        (taught(1), "MarginMSELoss", "InformationRetrievalEvaluator"),
        (taught(5, "n2", "n3", "n4", "n5"), "MarginMSELoss", "InformationRetrievalEvaluator"),
        (EMBEDDED, "MSELoss", "MSEEvaluator"),
    ],
)
def test_the_first_that_fits_is_recommended(facts, loss, evaluator):
    recipe = recommend(plans.VERSION, facts)
    assert recipe is not None
    assert (recipe.loss.name, recipe.evaluators[0].name) == (loss, evaluator)


INT = ColumnType.INTEGER


@pytest.mark.parametrize(
    ("columns", "inputs", "label", "group"),
    [
        (plans.texts("question", "answer"), ["question", "answer"], None, None),
        (plans.texts("id", "question", "answer_id", "answer"), ["question", "answer"], None, None),
        ((*plans.texts("a", "b"), plans.column("labels", INT)), ["a", "b"], "labels", None),
        ((*plans.texts("a", "b"), plans.column("Score", INT)), ["a", "b"], "Score", None),
        ((*plans.texts("a", "b"), plans.column("column 3", INT)), ["a", "b"], "column 3", None),
        ((*plans.texts("a", "b"), plans.column("id", INT)), ["a", "b"], None, None),
        ((*plans.texts("a"), plans.column("stars", INT)), ["a"], None, None),
        (plans.texts("name", "summary", "package"), ["name", "summary"], None, "package"),
        ((*plans.texts("a"), plans.column("b", ColumnType.TEXT, empty=100)), ["a"], None, None),
        ((*plans.texts("a"), plans.column("score", INT, nulls=100)), ["a"], None, None),
    ],
)
def test_names_suggest_the_parts_of_columns(columns, inputs, label, group):
    mapping = propose(plans.table(*columns))
    assert mapping == Mapping(inputs=inputs, label=label, group=group)


def test_a_table_without_texts_suggests_nothing():
    assert propose(plans.table(plans.column("a", INT), plans.column("b", INT))) is None


def test_of_very_many_texts_as_many_are_suggested_as_a_recipe_takes():
    mapping = propose(plans.table(*plans.texts(*[f"text {i}" for i in range(100)])))
    assert mapping is not None
    assert len(mapping.inputs) == MOST_INPUTS
