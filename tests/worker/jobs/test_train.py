"""The training job, for each form of data and loss: from rows to model, verdict and spool."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from backend.catalog.losses import LOSSES
from backend.datasets.facts import table_facts
from backend.ids import VersionId
from backend.recipes.recommend import recommend
from backend.recipes.schemas import Arguments, HeldOut, Recipe
from tests.tiny_model import sentences, write_tiny_bert
from worker.exits import Exit
from worker.jobs import ending
from worker.jobs.folder import JobFolder
from worker.jobs.lifeline import Lifeline
from worker.jobs.train import Training
from worker.jobs.train_order import TrainOrder
from worker.jobs.train_result import TrainResult
from worker.supervisor import spool

ROWS = 80
LEFT, RIGHT, WRONG = (sentences(ROWS, seed) for seed in (1, 2, 3))
SCORES = [n % 6 for n in range(ROWS)]

TABLES = {
    "MultipleNegativesRankingLoss": {"q": LEFT, "a": RIGHT},
    "CoSENTLoss": {"one": LEFT, "other": RIGHT, "score": [n / 2 for n in SCORES]},
    "CosineSimilarityLoss": {"one": LEFT, "other": RIGHT, "score": [n / 5 for n in SCORES]},
    "TripletLoss": {"anchor": LEFT, "positive": RIGHT, "negative": WRONG},
    "SoftmaxLoss": {"one": LEFT, "other": RIGHT, "label": ["yes", "no"] * (ROWS // 2)},
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return write_tiny_bert(tmp_path_factory.mktemp("tiny"))


def ordered(tmp_path, tiny, loss: str, columns, **arguments) -> JobFolder:
    """A job's folder, as a supervisor would leave it for the recommended recipe."""
    table = pa.table(columns)
    facts = table_facts(table.schema, table.to_batches())
    recipe = recommend(VersionId.new(), facts, loss=loss)
    use = recipe.datasets[0].model_copy(update={"held_out": HeldOut(choose_rows=10, prove_rows=20)})
    settings = Arguments(per_device_train_batch_size=8, max_steps=4, **arguments)
    recipe = Recipe.model_validate(
        recipe.model_copy(update={"datasets": [use], "arguments": settings}).model_dump()
    )
    rows_file = tmp_path / "rows.parquet"
    pq.write_table(table, rows_file)
    folder = JobFolder(tmp_path / "attempt-1")
    folder.create(
        TrainOrder(
            recipe=recipe,
            facts=facts,
            rows_file=rows_file,
            base_model_folder=tiny,
            earlier=[],
            model_name="a model",
        )
    )
    return folder


def train(folder: JobFolder) -> Exit:
    return ending.run(folder, Training(folder, Lifeline()).run)


def told(folder: JobFolder, kind: str):
    facts, upto = [], 0
    while (read := spool.read(folder.spool, upto)).upto > upto:
        facts, upto = [*facts, *read.facts], read.upto
    return [fact.data for fact in facts if fact.kind == kind]


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_of_the_catalogue_trains(tmp_path, tiny, loss):
    folder = ordered(tmp_path, tiny, loss, TABLES[loss])
    assert train(folder) is Exit.DONE
    steps = [data["step"] for data in told(folder, "metrics") if "loss" in data]
    assert steps == [1, 2, 3, 4]
    phases = [data["phase"] for data in told(folder, "phase")]
    assert phases == ["preparing", "training", "evaluating", "saving"]
    result = TrainResult.model_validate_json((folder.result / "result.json").read_text())
    judged = result.proof.queries if result.proof else 0
    assert judged == (0 if loss == "SoftmaxLoss" else 20), "no evaluator of classes exists yet"
    assert (folder.result / "model" / "modules.json").exists()


def test_the_card_tells_the_figures_of_the_proof_and_no_others(tmp_path, tiny):
    folder = ordered(tmp_path, tiny, "TripletLoss", TABLES["TripletLoss"])
    train(folder)
    card = (folder.result / "model" / "README.md").read_text()
    told_by_machine = yaml.safe_load(card.split("---")[1])["model-index"][0]["results"]
    result = TrainResult.model_validate_json((folder.result / "result.json").read_text())
    assert [found["dataset"]["type"] for found in told_by_machine] == ["prove"]
    figures = {metric["type"]: metric["value"] for metric in told_by_machine[0]["metrics"]}
    assert figures == pytest.approx(result.after)


def test_progress_only_grows_and_ends_at_100_percent(tmp_path, tiny):
    folder = ordered(tmp_path, tiny, "TripletLoss", TABLES["TripletLoss"])
    train(folder)
    percents = [data["percent"] for data in told(folder, "progress")]
    assert percents == sorted(percents)
    assert percents[-1] == 100


def test_a_loss_that_is_no_number_ends_the_run_with_a_fix(tmp_path, tiny):
    folder = ordered(tmp_path, tiny, "CoSENTLoss", TABLES["CoSENTLoss"])
    order = folder.job()
    order["recipe"]["loss"]["parameters"] = {"scale": 1e39}  # beyond what 32 bits can hold
    (folder.path / "job.json").write_text(json.dumps(order))
    assert train(folder) is Exit.DIVERGED
    assert "lower learning rate" in folder.problem()["detail"]


def test_half_precision_without_a_gpu_is_refused_with_its_reason(tmp_path, tiny):
    folder = ordered(tmp_path, tiny, "TripletLoss", TABLES["TripletLoss"], bf16=True)
    assert train(folder) is Exit.REFUSED
    assert "need a GPU" in folder.problem()["detail"]


def test_a_base_model_that_is_nowhere_is_refused(tmp_path):
    folder = ordered(tmp_path, tmp_path / "nowhere", "TripletLoss", TABLES["TripletLoss"])
    assert train(folder) is Exit.REFUSED
    assert folder.problem()["code"] == "no_base_model"


def test_a_wish_to_stop_leaves_a_checkpoint_that_the_next_attempt_takes(tmp_path, tiny):
    folder = ordered(tmp_path, tiny, "TripletLoss", TABLES["TripletLoss"])
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
    again.create(order.model_copy(update={"earlier": [folder.checkpoints]}))
    assert train(again) is Exit.DONE
    assert any("resuming" in line["message"] for line in told(again, "log"))
