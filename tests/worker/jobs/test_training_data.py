"""Rows in their parts: as a column divides them, among documents, of several datasets."""

import pytest

from backend.recipes.schemas import Recipe
from tests.tiny_model import write_tiny_bert
from tests.worker.jobs.attempts import (
    ROWS,
    SCORED,
    TEXTS,
    TRIPLETS,
    placed,
    recipe_for,
    told,
    train,
)
from tests.worker.jobs.test_train import several, texts_in
from worker.engine.model import SentenceTransformer
from worker.exits import Exit
from worker.jobs.ending import Refused
from worker.jobs.measures import Held, evaluator
from worker.jobs.train_order import TrainOrder
from worker.jobs.train_result import TrainResult
from worker.jobs.training_data import read_parts

PARTS = ["train"] * 50 + ["dev"] * 10 + ["test"] * 20


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return write_tiny_bert(tmp_path_factory.mktemp("tiny"))


def changed(recipe: Recipe, place: int = 0, **changes) -> Recipe:
    """The recipe with one of its datasets changed."""
    plain = recipe.model_dump(mode="json")
    plain["datasets"][place] |= changes
    return Recipe.model_validate(plain)


def parts_of(folder):
    return read_parts(TrainOrder.model_validate(folder.job()))


def test_a_column_divides_the_rows_and_leaks_are_counted(tmp_path, tiny):
    columns = {"anchor": [*TEXTS[0]], "positive": [*TEXTS[1]], "part": PARTS}
    columns["positive"][0] = columns["anchor"][-1].upper()
    recipe, _ = recipe_for("MultipleNegativesRankingLoss", columns)
    folder = placed(tmp_path, tiny, changed(recipe, held_out={"part": "part"}), columns)
    parts = parts_of(folder)
    assert parts.choose["anchor"].to_pylist() == TEXTS[0][50:60]
    assert parts.prove["anchor"].to_pylist() == TEXTS[0][60:]
    assert parts.first == "data-1"
    assert parts.train["data-1"].rows["anchor"].to_pylist() == TEXTS[0][1:50]
    assert "1 rows with a text kept aside" in parts.in_words


def test_a_word_that_is_no_part_is_refused_with_what_to_do(tmp_path, tiny):
    columns = {"anchor": TEXTS[0], "positive": TEXTS[1], "part": [*PARTS[:-1], "later"]}
    recipe, _ = recipe_for("MultipleNegativesRankingLoss", columns)
    folder = placed(tmp_path, tiny, changed(recipe, held_out={"part": "part"}), columns)
    with pytest.raises(Refused, match="'later'"):
        parts_of(folder)


def test_questions_are_asked_of_all_documents_and_only_answers_teach(tmp_path, tiny):
    idle = [f"a document that nobody asked for {n}" for n in range(30)]
    columns = {
        "query": [*TEXTS[0], *[None] * 30],
        "document": [*TEXTS[1], *idle],
        "grade": [*([2, 1, 0, 1] * (ROWS // 4)), *[None] * 30],
        "part": [*PARTS, *[None] * 30],
    }
    recipe, _ = recipe_for("MultipleNegativesRankingLoss", columns, max_steps=2)
    assert recipe.datasets[0].mapping.grade == "grade"
    folder = placed(tmp_path, tiny, changed(recipe, held_out={"part": "part"}), columns)
    parts = parts_of(folder)
    wrong = {text for n, text in enumerate(TEXTS[1]) if n % 4 == 2}
    assert set(parts.measured["data-1"].documents) == {*TEXTS[1], *idle}
    assert len(parts.prove) == 15
    assert not wrong & set(parts.train["data-1"].rows["document"].to_pylist())
    assert "asked of 110 documents" in parts.in_words
    assert train(folder) is Exit.DONE, folder.problem()
    result = TrainResult.model_validate_json((folder.result / "result.json").read_text())
    assert result.proof.evaluator == "InformationRetrievalEvaluator"
    held = Held(
        rows=parts.prove,
        reference=parts.train["data-1"].rows,
        documents=parts.measured["data-1"].documents,
    )
    judge = evaluator("InformationRetrievalEvaluator", held, "prove", 8)
    assert set(judge.corpus) == {*TEXTS[1], *idle}
    assert set(judge.queries) == {text for n, text in enumerate(TEXTS[0]) if n >= 60 and n % 4 != 2}


def test_a_further_dataset_measures_with_rows_of_its_own(tmp_path, tiny):
    recipe, tables = several(max_steps=4)
    own = {
        "held_out": {"choose_rows": 8, "prove_rows": 20},
        "evaluators": [{"name": "EmbeddingSimilarityEvaluator"}],
    }
    folder = placed(tmp_path, tiny, changed(recipe, 1, **own), *tables)
    parts = parts_of(folder)
    aside = {
        t for one in parts.measured.values() for t in texts_in(one.choose) | texts_in(one.prove)
    }
    learned = {text for part in parts.train.values() for text in texts_in(part.rows)}
    assert set(parts.measured) == {"data-1", "CoSENT"}
    assert not aside & learned
    assert train(folder) is Exit.DONE, folder.problem()
    result = TrainResult.model_validate_json((folder.result / "result.json").read_text())
    assert result.proof.evaluator == "InformationRetrievalEvaluator"
    assert "CoSENT_spearman_cosine" in result.after
    assert any("choose/CoSENT_spearman_cosine" in line for line in told(folder, "metrics"))


def test_prompts_go_before_texts_and_with_the_model(tmp_path, tiny):
    prompts = {"one": "sad ", "other": "happy "}
    figures = []
    for given in ({}, prompts):
        recipe, _ = recipe_for("CoSENTLoss", SCORED, max_steps=2)
        here = tmp_path / str(len(given))
        here.mkdir()
        folder = placed(here, tiny, changed(recipe, prompts=given), SCORED)
        assert train(folder) is Exit.DONE, folder.problem()
        result = TrainResult.model_validate_json((folder.result / "result.json").read_text())
        losses = [line["loss"] for line in told(folder, "metrics") if "loss" in line]
        saved = SentenceTransformer(str(folder.result / "model")).prompts
        figures.append((losses[0], result.before["spearman_cosine"]))
        assert {name: saved.get(name) for name in given} == given
    written = {**SCORED, **{n: [p + t for t in SCORED[n]] for n, p in prompts.items()}}
    recipe, _ = recipe_for("CoSENTLoss", written, max_steps=2)
    folder = placed(tmp_path, tiny, recipe, written)
    assert train(folder) is Exit.DONE
    result = TrainResult.model_validate_json((folder.result / "result.json").read_text())
    losses = [line["loss"] for line in told(folder, "metrics") if "loss" in line]
    assert figures[1] == pytest.approx((losses[0], result.before["spearman_cosine"]), rel=1e-4)
    assert figures[0] != figures[1]


def test_weights_say_how_often_a_dataset_comes(tmp_path, tiny):
    recipe, tables = several()
    plain = changed(recipe, 1, weight=3.0).model_dump(mode="json")
    plain["arguments"] |= {"max_steps": None, "logging_steps": 1}
    folder = placed(tmp_path, tiny, Recipe.model_validate(plain), *tables)
    assert train(folder) is Exit.DONE, folder.problem()
    lines = told(folder, "metrics")
    counts = {name: sum(f"loss/{name}" in line for line in lines) for name in ("CoSENT", "BatchA")}
    assert counts["CoSENT"] > 2 * counts["BatchA"] > 0


def test_triplets_have_no_documents_beside_them(tmp_path, tiny):
    recipe, _ = recipe_for("TripletLoss", TRIPLETS)
    assert parts_of(placed(tmp_path, tiny, recipe, TRIPLETS)).measured["data-1"].documents == []
