"""Two processes that train together learn what one learns from the batches of both."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.tiny_model import write_tiny_bert
from tests.worker.engine import training_together
from tests.worker.engine.together import run_together


@pytest.fixture(scope="module")
def bert(tmp_path_factory):
    return write_tiny_bert(tmp_path_factory.mktemp("tiny") / "bert", dropout=0.0)


pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]  # two processes that import torch


@pytest.fixture(scope="module")
def out(bert, tmp_path_factory):
    """What both processes left, after every case."""
    folder = tmp_path_factory.mktemp("together")
    run_together(Path(training_together.__file__), str(bert), str(folder))
    return folder


def logs(out, name, rank, key):
    lines = json.loads((out / f"{name}-{rank}.json").read_text())
    return [line[key] for line in lines if key in line]


def weights(out, name, rank):
    return load_file(out / f"{name}-{rank}.safetensors")


@pytest.mark.parametrize("name", training_together.CASES)
def test_two_processes_learn_as_one_with_the_joined_batch(name, bert, out, tmp_path):
    alone = training_together.trainer(str(bert), tmp_path, 8, **training_together.CASES[name])
    alone.train()
    expected = [line["loss"] for line in alone.state.log_history if "loss" in line]
    assert len(expected) >= 5
    for rank in (0, 1):
        assert logs(out, name, rank, "loss") == pytest.approx(expected, rel=1e-4)
    ours = {k: v for k, v in alone.goal.state_dict().items() if not k.startswith("loss.model")}
    for key, value in weights(out, name, 0).items():
        # A bias of keys moves all scores alike: its gradient is rounding, which Adam makes large.
        if not key.endswith("key.bias"):
            assert torch.allclose(value, ours[key], atol=2e-4), key


@pytest.mark.parametrize("name", [*training_together.CASES, "judged", "resumed"])
def test_both_processes_end_with_the_same_weights(name, out):
    first, second = weights(out, name, 0), weights(out, name, 1)
    assert all(torch.equal(first[key], second[key]) for key in first)


def test_each_dataset_s_loss_is_told_by_both(out):
    for key in ("loss/pairs", "loss/classes"):
        assert logs(out, "several datasets", 0, key) == logs(out, "several datasets", 1, key) != []


def test_what_the_first_measured_is_told_to_all(out):
    for key in ("eval_loss", "eval_spearman_cosine"):
        assert logs(out, "judged", 0, key) == logs(out, "judged", 1, key)
        assert len(logs(out, "judged", 0, key)) == 5


def test_a_resume_together_ends_bit_for_bit_the_same(out):
    whole, resumed = weights(out, "judged", 0), weights(out, "resumed", 0)
    assert all(torch.equal(whole[key], resumed[key]) for key in whole)
    saved = json.loads((out / "stopped" / "checkpoint-4" / "manifest.json").read_text())
    assert saved["world_size"] == 2
    assert {"rng_state_0.pth", "rng_state_1.pth"} <= saved["files"].keys()


def test_the_process_group_is_left_at_the_end(out):
    assert [(out / f"left-{rank}").read_text() for rank in (0, 1)] == ["True", "True"]
