"""A training that was stopped and resumed ends bit for bit as if it had never been stopped."""

import os
import signal
import subprocess
import sys

import pytest
import torch
from transformers import TrainerCallback

from tests.quick import slow_but
from worker.engine import losses
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.checkpoints import find_valid_checkpoint
from worker.engine.evaluation import EmbeddingSimilarityEvaluator
from worker.engine.model import SentenceTransformer
from worker.engine.samplers import DefaultBatchSampler
from worker.engine.trainer import SentenceTransformerTrainer


class OwnSampler(DefaultBatchSampler):
    """A sampler as people write them for Sentence Transformers."""

    def __iter__(self):
        order = torch.randperm(len(self.dataset), generator=self.generator).tolist()
        yield from (order[i : i + 4] for i in range(0, 24, 4))

    def __len__(self):
        return 6


class Stop(TrainerCallback):
    """Ends the training right after the checkpoint of one step, as a kill would."""

    def __init__(self, step):
        self.step = step

    def on_save(self, args, state, control, **kwargs):
        if state.global_step == self.step:
            raise KeyboardInterrupt


def labelled(model):
    """Losses of one dataset by what its case is called."""
    return {
        "classifier": lambda: losses.SoftmaxLoss(model, 32, 3),
        "parts": lambda: Parts(model),
        "cached": lambda: losses.MultipleNegativesRankingLoss(model).cached(4),
    }


class Parts(losses.Loss):
    """Two parts, with a weight of its own and dropout of its own."""

    def __init__(self, model):
        super().__init__(model)
        self.scale = torch.nn.Parameter(torch.ones(()))
        self.dropout = torch.nn.Dropout(0.2)

    def compute(self, embeddings, labels):
        a, b = (self.dropout(embedding) for embedding in embeddings)
        return {"near": (self.scale * a - b).square().mean(), "small": 0.1 * a.square().mean()}


def trainer(bert, data, folder, callbacks=(), case="", **options):
    torch.manual_seed(11)  # the losses' own weights begin alike
    model = SentenceTransformer(str(bert), device="cpu")
    ranking = losses.MultipleNegativesRankingLoss(model)
    loss = labelled(model).get(case, lambda: ranking)()
    if isinstance(data, dict):
        loss = {"pairs": ranking, "classes": losses.SoftmaxLoss(model, 32, 3)}
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
    is_judged = "eval_strategy" in options
    return SentenceTransformerTrainer(
        model,
        args,
        data,
        loss=loss,
        callbacks=list(callbacks),
        eval_dataset=data if is_judged else None,
        evaluator=EmbeddingSimilarityEvaluator(data["anchor"], data["positive"], range(len(data)))
        if is_judged
        else None,
    )


def weights(of):
    state = of.goal.state_dict()
    return {name: state[name].clone() for name in sorted(state)}


def assert_identical(one, other):
    assert one.keys() == other.keys()
    assert [name for name in one if not torch.equal(one[name], other[name])] == []


SETTINGS = {
    "default": {},
    "no_duplicates": {"batch_sampler": "no_duplicates"},
    "no_duplicates_hashed": {"batch_sampler": "no_duplicates_hashed"},
    "group_by_label": {"batch_sampler": "group_by_label"},
    "own sampler": {"batch_sampler": OwnSampler},
    "accumulated": {"gradient_accumulation_steps": 2},
    "accumulated unevenly": {"gradient_accumulation_steps": 4},
    "evaluated": {"eval_strategy": "epoch"},
    "workers": {"dataloader_num_workers": 1},
    "classifier": {},
    "parts": {},
    "cached": {},
    "round_robin": {"multi_dataset_batch_sampler": "round_robin"},
    "proportional": {"multi_dataset_batch_sampler": "proportional"},
    "several without duplicates": {"batch_sampler": "no_duplicates"},
    "several accumulated": {"gradient_accumulation_steps": 3},
}
SEVERAL = {"round_robin", "proportional", "several without duplicates", "several accumulated"}
CLASSED = {"classifier", "group_by_label"}


@pytest.fixture(scope="module")
def data(pairs, classes):
    """The rows of a case."""

    def of(name):
        if name in SEVERAL:
            return {"pairs": pairs, "classes": classes.select(range(30))}
        return classes if name in CLASSED else pairs

    return of


@pytest.fixture(scope="module")
def uninterrupted(tiny_bert, data, tmp_path_factory):
    """The weights at the end of a training never stopped, by its case."""
    ended = {}

    def of(name):
        if name not in ended:
            folder = tmp_path_factory.mktemp("whole")
            options = SETTINGS[name] | {"save_strategy": "no"}
            whole = trainer(tiny_bert, data(name), folder, case=name, **options)
            whole.train()
            ended[name] = weights(whole)
        return ended[name]

    return of


@pytest.mark.parametrize(
    ("name", "stop"),
    slow_but(
        [
            ("default", 1),
            ("default", 6),  # the border of an epoch
            ("default", 8),
            ("default", 17),
            ("no_duplicates", 6),
            ("no_duplicates", 9),
            ("no_duplicates_hashed", 7),
            ("group_by_label", 5),
            ("group_by_label", 8),
            ("own sampler", 4),
            ("accumulated", 3),
            ("accumulated", 4),
            ("accumulated unevenly", 2),
            ("accumulated unevenly", 3),
            ("evaluated", 6),
            ("evaluated", 7),
            ("workers", 8),
            ("classifier", 8),
            ("parts", 8),
            ("cached", 8),
            ("round_robin", 3),
            ("round_robin", 8),
            ("round_robin", 11),
            ("proportional", 4),
            ("proportional", 10),
            ("proportional", 13),
            ("several without duplicates", 9),
            ("several accumulated", 5),
        ],
        ("default", 8),
        ("no_duplicates", 9),
        ("accumulated", 3),
        ("round_robin", 8),
    ),
)
def test_resumed_weights_are_identical(name, stop, tiny_bert, data, tmp_path, uninterrupted):
    options = SETTINGS[name] | {"save_steps": stop}
    stopped = trainer(tiny_bert, data(name), tmp_path, [Stop(stop)], case=name, **options)
    with pytest.raises(KeyboardInterrupt):
        stopped.train()
    torch.manual_seed(999)  # another process would have another state too
    resumed = trainer(tiny_bert, data(name), tmp_path, case=name, **options)
    resumed.train(resume_from_checkpoint=True)
    assert_identical(weights(resumed), uninterrupted(name))


def test_dropout_is_on_in_these_tests(tiny_bert, pairs, tmp_path, uninterrupted):
    other_seed = trainer(tiny_bert, pairs, tmp_path, seed=12, data_seed=11, save_strategy="no")
    other_seed.train()
    found, expected = weights(other_seed), uninterrupted("default")
    assert any(not torch.equal(found[name], expected[name]) for name in found)


def test_a_resume_from_a_path_goes_on_from_there(tiny_bert, pairs, tmp_path, uninterrupted):
    first = trainer(tiny_bert, pairs, tmp_path, [Stop(5)])
    with pytest.raises(KeyboardInterrupt):
        first.train()
    resumed = trainer(tiny_bert, pairs, tmp_path)
    resumed.train(resume_from_checkpoint=tmp_path / "checkpoint-3")
    assert_identical(weights(resumed), uninterrupted("default"))


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
from worker.engine.samplers import DefaultBatchSampler
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


@pytest.mark.slow
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
    assert_identical(weights(resumed), uninterrupted("default"))
