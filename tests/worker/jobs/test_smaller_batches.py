"""A batch that does not fit: read in smaller chunks, it teaches the same."""

import pytest
import torch

from tests.quick import slow_but
from tests.tiny_model import write_tiny_bert
from tests.worker.jobs.attempts import TRIPLETS, ordered, table_for, told, train
from worker.engine.checkpoints.folders import newest_first
from worker.exits import Exit
from worker.jobs import ending
from worker.jobs.folder import JobFolder
from worker.jobs.lifeline import Lifeline
from worker.jobs.train import Training
from worker.jobs.train_order import TrainOrder


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return write_tiny_bert(tmp_path_factory.mktemp("tiny"))


def attempt(folder: JobFolder, tmp_path, n: int, **changes) -> JobFolder:
    order = TrainOrder.model_validate(folder.job())
    made = JobFolder(tmp_path / f"attempt-{n}")
    made.create(order.model_copy(update=changes))
    return made


def curve(folder: JobFolder) -> dict[int, float]:
    return {data["step"]: data["loss"] for data in told(folder, "metrics") if "loss" in data}


@pytest.mark.parametrize(
    "loss",
    slow_but(
        [
            "MultipleNegativesRankingLoss",
            "CachedGISTEmbedLoss",
            "CoSENTLoss",
            "TripletLoss",
            "BatchAllTripletLoss",
            "SoftmaxLoss",
            "MatryoshkaLoss",
        ],
        "MultipleNegativesRankingLoss",
        "SoftmaxLoss",
    ),
)
def test_a_step_learns_the_same_however_often_the_batch_was_halved(tmp_path, tiny, loss):
    whole = ordered(tmp_path, tiny, loss, table_for(loss))
    assert train(whole) is Exit.DONE, whole.problem()
    quarter = attempt(whole, tmp_path, 2, halvings=2)
    assert train(quarter) is Exit.DONE, quarter.problem()
    assert curve(quarter) == pytest.approx(curve(whole), rel=1e-4)
    assert any("2 rows at a time" in line["message"] for line in told(quarter, "log"))


def run_out_of_memory_at(folder: JobFolder, step: int) -> Exit:
    training = Training(folder, Lifeline())
    tell = training.report.metrics

    def fail(at, *args, **figures):
        tell(at, *args, **figures)
        if at == step and "loss" in figures:
            raise torch.OutOfMemoryError

    training.report.metrics = fail
    return ending.run(folder, training.run)


def test_a_training_that_runs_out_of_memory_asks_for_half_and_then_ends_as_if_it_had_not(
    tmp_path, tiny
):
    folder = ordered(tmp_path, tiny, "TripletLoss", TRIPLETS, eval_steps=1)
    undisturbed = attempt(folder, tmp_path, 9)
    assert train(undisturbed) is Exit.DONE
    assert run_out_of_memory_at(folder, 3) is Exit.OUT_OF_MEMORY
    assert any("half as much" in line["message"] for line in told(folder, "log"))
    again = attempt(folder, tmp_path, 2, halvings=1, earlier=newest_first(folder.checkpoints))
    assert train(again) is Exit.DONE, again.problem()
    assert curve(folder) | curve(again) == pytest.approx(curve(undisturbed), rel=1e-4)


def test_where_not_even_one_row_fits_the_run_ends_with_what_to_do(tmp_path, tiny):
    folder = ordered(tmp_path, tiny, "TripletLoss", TRIPLETS)
    smallest = attempt(folder, tmp_path, 2, halvings=3)  # batches of 8 are read one by one
    assert run_out_of_memory_at(smallest, 1) is Exit.REFUSED
    assert smallest.problem()["code"] == "out_of_memory"
