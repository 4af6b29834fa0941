"""What is said before a training that can hardly be proved."""

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.catalog.columns import ColumnType, TableFacts
from backend.recipes.diagnose import advise, diagnose
from backend.recipes.few_to_prove import ENOUGH
from backend.recipes.read import read
from tests.backend.recipes import plans


def pairs(rows: int, questions: int) -> TableFacts:
    columns = (
        plans.column("anchor", ColumnType.TEXT, distinct=questions),
        plans.column("positive", ColumnType.TEXT, distinct=rows),
    )
    return TableFacts(rows=rows, columns=columns)


def plan(evaluator: str = "InformationRetrievalEvaluator", **held_out: int) -> dict:
    recipe = plans.recipe(
        "MultipleNegativesRankingLoss", ["anchor", "positive"], evaluators=[{"name": evaluator}]
    )
    recipe["datasets"][0]["held_out"] = held_out
    return recipe


def advised(recipe: dict, facts: TableFacts) -> list:
    sound, problems = read(recipe)
    tables = {plans.VERSION: facts}
    assert not problems
    assert not diagnose(sound, tables)
    return advise(sound, tables)


def test_many_rows_of_few_questions_are_few_questions():
    [advice] = advised(plan(), pairs(rows=1_836, questions=225))
    assert advice.at == "/datasets/0/held_out"
    assert "few questions" in advice.title
    assert "About 44 questions" in advice.detail
    assert "Your 1,836 rows hold 225 different questions" in advice.detail


def test_few_rows_are_told_to_be_more():
    [advice] = advised(plan(), pairs(rows=200, questions=200))
    assert "Bring more rows." in advice.detail
    assert "Cranfield, with 54 questions to prove" in advice.detail, "what became of it before"


@pytest.mark.parametrize(("rows", "questions"), [(500, 500), (5_000, 1_500)])
def test_enough_to_prove_needs_no_word(rows, questions):
    assert advised(plan(), pairs(rows, questions)) == []


def test_what_is_not_searched_is_counted_in_rows():
    facts = pairs(rows=5_000, questions=100)
    assert advised(plan("TranslationEvaluator"), facts) == []
    assert advised(plan("InformationRetrievalEvaluator"), facts) != []


def test_a_training_without_a_verdict_is_not_warned_of_it():
    assert advised(plan(prove_rows=0), pairs(rows=100, questions=100)) == []


@given(rows=st.integers(40, 20_000), share=st.floats(0.05, 1), prove=st.integers(20, 400))
def test_its_repair_leaves_nothing_to_say_and_as_much_to_learn_from(rows, share, prove):
    facts = pairs(rows, questions=max(1, round(rows * share)))
    recipe = plan(prove_rows=min(prove, rows // 3))
    sound, _ = read(recipe)
    for advice in advise(sound, {plans.VERSION: facts}):
        for fix in advice.fixes:
            mended, problems = read(jsonpatch.apply_patch(recipe, fix.patch))
            assert not problems
            _, kept = mended.datasets[0].held_out.rows(rows)
            assert kept * facts.columns[0].distinct // rows >= ENOUGH
            assert 2 * kept <= rows + 1
            assert advise(mended, {plans.VERSION: facts}) == []
