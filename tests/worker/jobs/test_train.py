"""The training job, for each form of data and loss: from rows to model, verdict and spool."""

import json

import pyarrow as pa
import pytest
import yaml

from backend.catalog.losses import LOSSES
from backend.catalog.rows import Label
from backend.recipes.schemas import Recipe
from tests.quick import slow_but
from tests.tiny_model import write_tiny_bert
from tests.worker.jobs.attempts import (
    GUIDE,
    LABELS,
    SCORED,
    SCORES,
    TEXTS,
    TRIPLETS,
    VECTORS,
    ordered,
    placed,
    recipe_for,
    table_for,
    told,
    train,
)
from worker.engine.checkpoints.folders import newest_first
from worker.engine.model import SentenceTransformer
from worker.exits import Exit
from worker.jobs import ending
from worker.jobs.folder import JobFolder
from worker.jobs.lifeline import Lifeline
from worker.jobs.train import Training
from worker.jobs.train_order import TrainOrder
from worker.jobs.train_result import TrainResult
from worker.jobs.training_data import read_parts

ONE_OF_EACH_FORM = (
    "MultipleNegativesRankingLoss",
    "CoSENTLoss",
    "BatchAllTripletLoss",
    "SoftmaxLoss",
    "MarginMSELoss",
    "DenoisingAutoEncoderLoss",
    "MatryoshkaLoss",
)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return write_tiny_bert(tmp_path_factory.mktemp("tiny"))


@pytest.mark.parametrize("loss", slow_but(LOSSES, *ONE_OF_EACH_FORM))
def test_every_loss_of_the_catalogue_trains_and_is_judged_where_it_can_be(tmp_path, tiny, loss):
    columns = table_for(loss)
    recipe, _ = recipe_for(loss, columns, max_steps=3)
    folder = placed(tmp_path, tiny, recipe, columns)
    assert train(folder) is Exit.DONE, folder.problem()
    steps = [data["step"] for data in told(folder, "metrics") if "loss" in data]
    assert steps == [1, 2, 3]
    phases = [data["phase"] for data in told(folder, "phase")]
    assert phases == ["preparing", "training", "evaluating", "saving"]
    result = TrainResult.model_validate_json((folder.result / "result.json").read_text())
    assert (result.proof is not None) == bool(recipe.evaluators)
    assert (folder.result / "model" / "modules.json").exists()


def test_only_texts_without_partner_or_label_can_not_be_judged():
    unjudged = {loss for loss in LOSSES if not recipe_for(loss, table_for(loss))[0].evaluators}
    assert unjudged == {
        "ContrastiveTensionLossInBatchNegatives",
        "GlobalOrthogonalRegularizationLoss",
    }


def test_the_card_tells_the_figures_of_the_proof_and_no_others(tmp_path, tiny):
    folder = ordered(tmp_path, tiny, "TripletLoss", TRIPLETS)
    train(folder)
    card = (folder.result / "model" / "README.md").read_text()
    told_by_machine = yaml.safe_load(card.split("---")[1])["model-index"][0]["results"]
    result = TrainResult.model_validate_json((folder.result / "result.json").read_text())
    assert [found["dataset"]["type"] for found in told_by_machine] == ["prove"]
    figures = {metric["type"]: metric["value"] for metric in told_by_machine[0]["metrics"]}
    assert figures == pytest.approx(result.after)


def test_progress_only_grows_and_ends_at_100_percent(tmp_path, tiny):
    folder = ordered(tmp_path, tiny, "TripletLoss", TRIPLETS)
    train(folder)
    percents = [data["percent"] for data in told(folder, "progress")]
    assert percents == sorted(percents)
    assert percents[-1] == 100


def test_a_loss_that_is_no_number_ends_the_run_with_a_fix(tmp_path, tiny):
    folder = ordered(tmp_path, tiny, "CoSENTLoss", SCORED)
    order = folder.job()
    order["recipe"]["loss"]["parameters"] = {"scale": 1e39}  # beyond what 32 bits can hold
    (folder.path / "job.json").write_text(json.dumps(order))
    assert train(folder) is Exit.DIVERGED
    assert "lower learning rate" in folder.problem()["detail"]


def test_half_precision_without_a_gpu_is_refused_with_its_reason(tmp_path, tiny):
    folder = ordered(tmp_path, tiny, "TripletLoss", TRIPLETS, bf16=True)
    assert train(folder) is Exit.REFUSED
    assert "need a GPU" in folder.problem()["detail"]
    assert "measuring the base model" not in folder.spool.read_text(), "it is told before any work"


def test_a_base_model_that_is_nowhere_is_refused(tmp_path):
    folder = ordered(tmp_path, tmp_path / "nowhere", "TripletLoss", TRIPLETS)
    assert train(folder) is Exit.REFUSED
    assert folder.problem()["code"] == "no_base_model"


def test_a_wish_to_stop_leaves_a_checkpoint_that_the_next_attempt_takes(tmp_path, tiny):
    folder = ordered(tmp_path, tiny, "TripletLoss", TRIPLETS)
    lifeline = Lifeline()
    training = Training(folder, lifeline)
    report_metrics = training.report.metrics

    def stop_at_step_2(step, *args, **figures):
        report_metrics(step, *args, **figures)
        if step == 2 and "loss" in figures:
            lifeline.wants_stop.set()

    training.report.metrics = stop_at_step_2
    assert ending.run(folder, training.run) is Exit.DRAINED

    order = TrainOrder.model_validate(folder.job())
    again = JobFolder(tmp_path / "attempt-2")
    again.create(order.model_copy(update={"earlier": newest_first(folder.checkpoints)}))
    assert train(again) is Exit.DONE
    assert any("resuming" in line["message"] for line in told(again, "log"))


def several(**arguments) -> tuple[Recipe, list[dict]]:
    """Pairs that prove, beside scored pairs and sorted texts, each with a loss of its own. Some
    rows of the others have texts of the pairs, in other spelling."""
    pairs = {"q": TEXTS[0], "a": TEXTS[1]}
    upper = [text.upper() for text in TEXTS[1]]
    scored = {"one": upper, "other": TEXTS[2], "score": SCORES}
    classed = {"text": TEXTS[2][:40] + TEXTS[0][:40], "label": LABELS[Label.CLASS]}
    recipe, _ = recipe_for("MultipleNegativesRankingLoss", pairs, **arguments)
    plain = recipe.model_dump(mode="json")
    others = [("CoSENTLoss", scored), ("BatchAllTripletLoss", classed)]
    for loss, columns in others:
        other, _ = recipe_for(loss, columns)
        use = other.datasets[0].model_dump(mode="json", exclude={"held_out"})
        plain["datasets"].append({**use, "name": loss[:6], "loss": {"name": loss}})
    return Recipe.model_validate(plain), [pairs, *(columns for _, columns in others)]


def test_several_datasets_train_each_with_its_own_loss_and_tell_it(tmp_path, tiny):
    recipe, tables = several(max_steps=12)
    folder = placed(tmp_path, tiny, recipe, *tables)
    assert train(folder) is Exit.DONE, folder.problem()
    steps = [data["step"] for data in told(folder, "metrics") if "loss" in data]
    assert steps == list(range(1, 13))
    result = TrainResult.model_validate_json((folder.result / "result.json").read_text())
    assert result.proof.evaluator == "InformationRetrievalEvaluator"
    names = {name for data in told(folder, "metrics") for name in data if name.startswith("loss/")}
    assert names == {"loss/data-1", "loss/CoSENT", "loss/BatchA"}


def test_no_text_that_the_first_dataset_keeps_aside_is_learned_from_another(tmp_path, tiny):
    recipe, tables = several()
    folder = placed(tmp_path, tiny, recipe, *tables)
    parts = read_parts(TrainOrder.model_validate(folder.job()))
    aside = {text for rows in (parts.choose, parts.prove) for text in texts_in(rows)}
    learned = {text for part in parts.train.values() for text in texts_in(part.rows)}
    assert aside
    assert not aside & learned
    assert parts.shared > 0


def texts_in(rows: pa.Table) -> set[str]:
    names = [name for name in rows.column_names if name != "label"]
    return {text.casefold() for name in names for text in rows[name].to_pylist()}


def test_a_teacher_of_other_width_is_learned_through_a_projection(tmp_path, tiny):
    columns = {"text": TEXTS[0], "label": [[*vector, *vector] for vector in VECTORS]}
    recipe, _ = recipe_for("MSELoss", columns)
    folder = placed(tmp_path, tiny, recipe, columns)
    assert train(folder) is Exit.DONE, folder.problem()
    loaded = SentenceTransformer(str(folder.result / "model"))
    assert loaded.get_embedding_dimension() == 32


def test_a_guide_that_is_nowhere_is_refused_by_its_part(tmp_path, tiny):
    columns = table_for("GISTEmbedLoss")
    recipe, _ = recipe_for("GISTEmbedLoss", columns)
    folder = placed(tmp_path, tiny, recipe, columns, **{GUIDE: tmp_path / "nowhere"})
    assert train(folder) is Exit.REFUSED
    assert folder.problem()["code"] == "no_guide"


def test_what_the_engine_refuses_before_the_first_step_is_refused_in_its_words(tmp_path, tiny):
    columns = {"text": TEXTS[0], "label": LABELS[Label.CLASS]}
    recipe, _ = recipe_for("BatchAllTripletLoss", columns, per_device_train_batch_size=5)
    folder = placed(tmp_path, tiny, recipe, columns)
    assert train(folder) is Exit.REFUSED
    assert "must be even" in folder.problem()["detail"]


WRAPPED = {"MatryoshkaLoss": {"matryoshka_dims": [32, 16]}, "AdaptiveLayerLoss": {}}


@pytest.mark.parametrize(("outer", "inner"), [list(WRAPPED), list(WRAPPED)[::-1]])
def test_wrappers_wrap_each_other(tmp_path, tiny, outer, inner):
    columns = SCORED
    recipe, _ = recipe_for("CoSENTLoss", columns, max_steps=2)
    plain = recipe.model_dump(mode="json")
    within = {"name": inner, "parameters": WRAPPED[inner], "inner": {"name": "CoSENTLoss"}}
    plain["loss"] = {"name": outer, "parameters": WRAPPED[outer], "inner": within}
    folder = placed(tmp_path, tiny, Recipe.model_validate(plain), columns)
    assert train(folder) is Exit.DONE, folder.problem()
