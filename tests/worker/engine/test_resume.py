"""A training that was stopped and resumed ends bit for bit as if it had never been stopped."""

import os
import signal
import subprocess
import sys

import pytest
import torch
from transformers import TrainerCallback

from worker.engine import losses
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.checkpoints import find_valid_checkpoint
from worker.engine.evaluation import EmbeddingSimilarityEvaluator
from worker.engine.model import SentenceTransformer
from worker.engine.trainer import SentenceTransformerTrainer


class Stop(TrainerCallback):
    """Ends the training right after the checkpoint of one step, as a kill would."""

    def __init__(self, step):
        self.step = step

    def on_save(self, args, state, control, **kwargs):
        if state.global_step == self.step:
            raise KeyboardInterrupt


def trainer(bert, data, folder, callbacks=(), **options):
    model = SentenceTransformer(bert, device="cpu")
    has_label = "label" in data.column_names
    loss = (
        losses.SoftmaxLoss(model, 32, 3)
        if has_label
        else losses.MultipleNegativesRankingLoss(model)
    )
    arguments = {
        "num_train_epochs": 3,
        "per_device_train_batch_size": 8,  # 44 rows: 6 batches an epoch, the last of 4
        "learning_rate": 1e-3,
        "save_strategy": "steps",
        "save_steps": 1,
        "logging_steps": 1,
        "report_to": "none",
        "disable_tqdm": True,
        "use_cpu": True,
        "seed": 11,
    }
    args = SentenceTransformerTrainingArguments(str(folder), **(arguments | options))
    return SentenceTransformerTrainer(
        model,
        args,
        data,
        loss=loss,
        callbacks=list(callbacks),
        eval_dataset=data if "eval_strategy" in options else None,
        evaluator=EmbeddingSimilarityEvaluator(data["anchor"], data["positive"], range(len(data)))
        if "eval_strategy" in options
        else None,
    )


def weights(of):
    state = of.objective.state_dict()
    return {name: state[name].clone() for name in sorted(state)}


def assert_identical(one, other):
    assert one.keys() == other.keys()
    assert [name for name in one if not torch.equal(one[name], other[name])] == []


@pytest.fixture(scope="module")
def uninterrupted(tiny_bert, pairs, classes, tmp_path_factory):
    """The weights at the end of a training never stopped, by the settings of a case."""
    ended = {}

    def of(name, options):
        if name not in ended:
            whole = trainer(
                tiny_bert,
                classes if name == "classifier" else pairs,
                tmp_path_factory.mktemp("whole"),
                **options,
                save_strategy="no",
            )
            whole.train()
            ended[name] = weights(whole)
        return ended[name]

    return of


SETTINGS = {
    "default": {},
    "no duplicates": {"batch_sampler": "no_duplicates"},
    "accumulated": {"gradient_accumulation_steps": 2},
    "evaluated": {"eval_strategy": "epoch"},
    "workers": {"dataloader_num_workers": 1},
    "classifier": {},
}


@pytest.mark.parametrize(
    ("name", "stop"),
    [
        ("default", 1),
        ("default", 6),  # the border of an epoch
        ("default", 8),
        ("default", 17),
        ("no duplicates", 9),
        ("accumulated", 4),
        ("evaluated", 6),
        ("evaluated", 7),
        ("workers", 8),
        ("classifier", 8),
    ],
)
def test_resumed_weights_are_identical(
    name, stop, tiny_bert, pairs, classes, tmp_path, uninterrupted
):
    data = classes if name == "classifier" else pairs
    stopped = trainer(tiny_bert, data, tmp_path, [Stop(stop)], **SETTINGS[name])
    with pytest.raises(KeyboardInterrupt):
        stopped.train()
    torch.manual_seed(999)  # another process would have another state too
    resumed = trainer(tiny_bert, data, tmp_path, **SETTINGS[name])
    resumed.train(resume_from_checkpoint=True)
    assert_identical(weights(resumed), uninterrupted(name, SETTINGS[name]))


def test_dropout_is_on_in_these_tests(tiny_bert, pairs, tmp_path, uninterrupted):
    other_seed = trainer(tiny_bert, pairs, tmp_path, seed=12, data_seed=11, save_strategy="no")
    other_seed.train()
    found, expected = weights(other_seed), uninterrupted("default", {})
    assert any(not torch.equal(found[name], expected[name]) for name in found)


def test_a_resume_from_a_path_goes_on_from_there(tiny_bert, pairs, tmp_path, uninterrupted):
    first = trainer(tiny_bert, pairs, tmp_path, [Stop(5)])
    with pytest.raises(KeyboardInterrupt):
        first.train()
    resumed = trainer(tiny_bert, pairs, tmp_path)
    resumed.train(resume_from_checkpoint=tmp_path / "checkpoint-3")
    assert_identical(weights(resumed), uninterrupted("default", {}))


def test_a_resume_with_another_batch_size_is_told(tiny_bert, pairs, tmp_path, caplog):
    first = trainer(tiny_bert, pairs, tmp_path, [Stop(2)])
    with pytest.raises(KeyboardInterrupt):
        first.train()
    resumed = trainer(tiny_bert, pairs, tmp_path, per_device_train_batch_size=4, max_steps=3)
    resumed.train(resume_from_checkpoint=True)
    assert "batch_size was 8 and is 4" in caplog.text


def test_the_newest_whole_checkpoint_is_found(tiny_bert, pairs, tmp_path):
    trainer(tiny_bert, pairs, tmp_path, max_steps=3).train()
    assert find_valid_checkpoint(tmp_path) == tmp_path / "checkpoint-3"


KILLED = """
import os, signal, sys
from datasets import Dataset
from transformers import TrainerCallback
from worker.engine import losses
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.model import SentenceTransformer
from worker.engine.trainer import SentenceTransformerTrainer

class Kill(TrainerCallback):
    def on_step_end(self, args, state, control, **kwargs):
        if state.global_step == 8:
            os.kill(os.getpid(), signal.SIGKILL)

model = SentenceTransformer(sys.argv[1], device="cpu")
args = SentenceTransformerTrainingArguments(
    sys.argv[2], num_train_epochs=3, per_device_train_batch_size=8, learning_rate=1e-3,
    save_strategy="steps", save_steps=3, report_to="none", use_cpu=True, seed=11,
)
SentenceTransformerTrainer(
    model, args, Dataset.from_json(sys.argv[3]),
    loss=losses.MultipleNegativesRankingLoss(model), callbacks=[Kill()],
).train()
"""


def test_a_process_killed_between_checkpoints_loses_nothing(
    tiny_bert, pairs, tmp_path, uninterrupted
):
    rows = tmp_path / "pairs.json"
    pairs.to_json(rows)
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(tiny_bert), str(tmp_path / "run"), str(rows)],
        env=os.environ | {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    assert find_valid_checkpoint(tmp_path / "run") == tmp_path / "run" / "checkpoint-6"
    resumed = trainer(tiny_bert, pairs, tmp_path / "run")
    resumed.train(resume_from_checkpoint=True)
    assert_identical(weights(resumed), uninterrupted("default", {}))
