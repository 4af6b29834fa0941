"""What a training is measured by: each proposal for its data, the guard, and what stands beside."""

import pytest

from backend.catalog.rows import Label
from backend.recipes.schemas import Recipe
from tests.nano_beir import write_nano_beir
from tests.tiny_model import write_tiny_bert
from tests.worker.jobs.attempts import (
    LABELS,
    TEXTS,
    TRIPLETS,
    placed,
    recipe_for,
    told,
    train,
)
from worker.exits import Exit
from worker.jobs.train_result import TrainResult

ALIKE = {"question1": TEXTS[0], "question2": TEXTS[1]}
ENTAILED = {"premise": TEXTS[0], "hypothesis": TEXTS[1], "label": LABELS[Label.CLASS]}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return write_tiny_bert(tmp_path_factory.mktemp("tiny"))


def measured_by(recipe: Recipe, *names: str, **of_guard) -> Recipe:
    """The recipe with these evaluators; `of_guard` is what it says of the last."""
    uses = [{"name": name} for name in names]
    uses[-1] |= of_guard
    return Recipe.model_validate(recipe.model_dump(mode="json") | {"evaluators": uses})


def result_of(folder) -> TrainResult:
    assert train(folder) is Exit.DONE, folder.problem()
    return TrainResult.model_validate_json((folder.result / "result.json").read_text())


def logged(folder) -> list[str]:
    return [line["message"] for line in told(folder, "log")]


@pytest.mark.parametrize(
    ("loss", "columns", "names"),
    [
        ("MultipleNegativesRankingLoss", ALIKE, ["ParaphraseMiningEvaluator"]),
        (
            "OnlineContrastiveLoss",
            {**ALIKE, "label": LABELS[Label.BINARY]},
            ["BinaryClassificationEvaluator", "ParaphraseMiningEvaluator"],
        ),
        (
            "MultipleNegativesRankingLoss",
            {"en": TEXTS[0], "de": TEXTS[1]},
            ["TranslationEvaluator", "MSEEvaluator"],
        ),
    ],
)
def test_what_is_proposed_gives_a_verdict(tmp_path, tiny, loss, columns, names):
    recipe = measured_by(recipe_for(loss, columns, max_steps=2)[0], *names)
    result = result_of(placed(tmp_path, tiny, recipe, columns))
    assert result.proof.evaluator == names[0]
    assert result.proof.before == pytest.approx(result.before[result.proof.metric])
    assert result.proof.after == pytest.approx(result.after[result.proof.metric])


def test_a_classifier_that_is_trained_along_is_measured_when_there_is_one(tmp_path, tiny):
    recipe = measured_by(
        recipe_for("SoftmaxLoss", ENTAILED, max_steps=20, learning_rate=1e-2)[0],
        "LabelAccuracyEvaluator",
        "LinearProbeEvaluator",
    )
    folder = placed(tmp_path, tiny, recipe, ENTAILED)
    result = result_of(folder)
    assert result.proof.evaluator == "LinearProbeEvaluator"
    assert 0 <= result.after["classifier_accuracy"] <= 1
    assert "classifier_accuracy" not in result.before
    figures = {name for data in told(folder, "metrics") for name in data}
    assert {"choose/classifier_accuracy", "choose/accuracy", "base/accuracy"} <= figures
    assert "base/classifier_accuracy" not in figures
    assert "prove_classifier" in (folder.result / "model" / "README.md").read_text()


def test_the_guard_tells_what_was_kept_of_other_fields(tmp_path, tiny):
    write_nano_beir(tmp_path / "nano-beir", ["NanoNQ", "NanoSciFact"])
    recipe = measured_by(
        recipe_for("TripletLoss", TRIPLETS, max_steps=2)[0],
        "TripletEvaluator",
        "NanoBEIREvaluator",
        sets=["nq", "scifact"],
    )
    folder = placed(tmp_path, tiny, recipe, TRIPLETS)
    result = result_of(folder)
    assert result.proof.evaluator == "TripletEvaluator"
    assert "NanoBEIR_mean_cosine_ndcg@10" in result.before.keys() & result.after.keys()
    assert any("NanoBEIR" in line and "on 24 questions" in line for line in logged(folder))
    figures = {name for data in told(folder, "metrics") for name in data}
    assert not any("NanoBEIR" in name for name in figures)
    assert "NanoBEIREvaluator" in (folder.result / "model" / "README.md").read_text()


def test_a_guard_alone_gives_no_verdict_but_its_figures(tmp_path, tiny):
    write_nano_beir(tmp_path / "nano-beir", ["NanoNQ"])
    columns = {"text": TEXTS[0]}
    recipe, _ = recipe_for("ContrastiveTensionLossInBatchNegatives", columns, max_steps=2)
    recipe = measured_by(recipe, "NanoBEIREvaluator", sets=["nq"])
    result = result_of(placed(tmp_path, tiny, recipe, columns))
    assert result.proof is None
    assert "NanoBEIR_mean_cosine_ndcg@10" in result.after


def test_a_guard_that_can_not_be_had_is_said_before_the_training_which_goes_on(tmp_path, tiny):
    recipe = measured_by(
        recipe_for("TripletLoss", TRIPLETS, max_steps=2)[0], "TripletEvaluator", "NanoBEIREvaluator"
    )
    (tmp_path / "nano-beir").mkdir()
    folder = placed(tmp_path, tiny, recipe, TRIPLETS)
    result = result_of(folder)
    warned = [line["level"] == "warning" for line in told(folder, "log")]
    assert warned.index(True) < logged(folder).index(next(filter(is_of_base, logged(folder))))
    assert "goes on without it" in logged(folder)[warned.index(True)]
    assert result.proof is not None
    assert not any("NanoBEIR" in name for name in result.after)


def is_of_base(line: str) -> bool:
    return "measuring the base model" in line


def test_a_dataset_s_own_evaluators_alone_give_figures_and_no_verdict(tmp_path, tiny):
    plain = recipe_for("TripletLoss", TRIPLETS, max_steps=2)[0].model_dump(mode="json")
    plain["evaluators"] = []
    plain["datasets"][0]["evaluators"] = [{"name": "TripletEvaluator"}]
    result = result_of(placed(tmp_path, tiny, Recipe.model_validate(plain), TRIPLETS))
    assert result.proof is None
    assert "data-1_cosine_accuracy" in result.after
