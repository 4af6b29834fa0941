"""One training on several datasets: each batch is of one, and each may have a loss of its own."""

from collections import Counter

import pytest
import torch
from datasets import DatasetDict
from torch import nn
from transformers import TrainerCallback

from worker.engine import losses
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.checkpoints.folders import BrokenCheckpoint
from worker.engine.evaluation import EmbeddingSimilarityEvaluator
from worker.engine.samplers import DefaultBatchSampler, MultiDatasetDefaultBatchSampler
from worker.engine.trainer import SentenceTransformerTrainer


def arguments(folder, **options):
    defaults = {
        "max_steps": 6,
        "per_device_train_batch_size": 8,
        "save_strategy": "no",
        "report_to": "none",
        "disable_tqdm": True,
        "use_cpu": True,
        "logging_steps": 1,
    }
    return SentenceTransformerTrainingArguments(str(folder), **(defaults | options))


class Seen(nn.Module):
    """A loss that notes what it is given."""

    def __init__(self, model, into):
        super().__init__()
        self.model = model
        self.into = into

    def forward(self, sentence_features, labels):
        embeddings = [self.model(dict(f))["sentence_embedding"] for f in sentence_features]
        self.into.append((len(embeddings), None if labels is None else labels.dtype))
        return sum(e.square().mean() for e in embeddings)


@pytest.fixture
def data(pairs, classes):
    return {"pairs": pairs, "classes": classes}


@pytest.fixture
def by_name(model):
    return {
        "pairs": losses.MultipleNegativesRankingLoss(model),
        "classes": losses.SoftmaxLoss(model, 32, 3),
    }


def lines(trainer):
    return [line for line in trainer.state.log_history if "loss" in line]


@pytest.mark.parametrize("kind", [dict, DatasetDict])
def test_each_dataset_has_its_own_loss_and_its_own_curve(kind, model, data, by_name, tmp_path):
    trainer = SentenceTransformerTrainer(model, arguments(tmp_path), kind(data), loss=by_name)
    before = by_name["classes"].classifier.weight.detach().clone()
    trainer.train()
    for line in lines(trainer):
        names = {"loss/pairs", "loss/classes"} & line.keys()
        assert len(names) == 1  # a batch is of one dataset
        assert line["loss"] == pytest.approx(line[names.pop()], rel=1e-6)
    assert {n for line in lines(trainer) for n in line} >= {"loss/pairs", "loss/classes"}
    assert not torch.equal(by_name["classes"].classifier.weight, before)


def test_every_batch_reaches_the_loss_of_its_dataset(model, data, tmp_path):
    seen = {name: [] for name in data}
    makers = {name: lambda m, into=into: Seen(m, into) for name, into in seen.items()}
    args = arguments(tmp_path, max_steps=-1, num_train_epochs=1)
    SentenceTransformerTrainer(model, args, data, loss=makers).train()
    assert Counter(seen["pairs"]) == {(2, None): 6}
    assert Counter(seen["classes"]) == {(2, torch.int64): 6}


def test_one_loss_serves_all(model, data, tmp_path):
    loss = losses.MultipleNegativesRankingLoss(model)
    trainer = SentenceTransformerTrainer(model, arguments(tmp_path), data, loss=loss)
    assert trainer.train().global_step == 6


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["pairs"], "The loss has nothing for classes of train_dataset; it has pairs"),
        ([], "nothing for pairs and classes"),
    ],
)
def test_a_dataset_without_a_loss_is_told(names, words, model, data, by_name, tmp_path):
    some = {name: by_name[name] for name in names}
    with pytest.raises(ValueError, match=words):
        SentenceTransformerTrainer(model, arguments(tmp_path), data, loss=some)


def test_any_name_can_be_a_datasets(model, pairs, classes, tmp_path):
    """Methods of torch's modules among them, and names that differ in a dot alone."""
    data = {"train": pairs, "keys": classes, "a.b": pairs, "a_b": pairs, "a/b": pairs}
    given = {name: losses.MultipleNegativesRankingLoss(model) for name in data}
    given["keys"] = losses.SoftmaxLoss(model, 32, 3)
    trainer = SentenceTransformerTrainer(model, arguments(tmp_path), data, loss=given)
    used = {name: trainer.goal.of(name) for name in data}
    assert used == given


def test_losses_by_name_need_datasets_with_names(model, pairs, data, by_name, tmp_path):
    with pytest.raises(ValueError, match="train_dataset is one dataset without a name"):
        SentenceTransformerTrainer(model, arguments(tmp_path), pairs, loss=by_name)
    with pytest.raises(ValueError, match="eval_dataset is one dataset without a name"):
        SentenceTransformerTrainer(model, arguments(tmp_path), data, pairs, loss=by_name)


def test_evaluation_has_a_loss_for_each_and_the_evaluator_once(model, data, by_name, tmp_path):
    calls = []

    class Counted(EmbeddingSimilarityEvaluator):
        def __call__(self, *args, **kwargs):
            calls.append(1)
            return super().__call__(*args, **kwargs)

    rows = data["pairs"]
    judge = Counted(rows["anchor"], rows["positive"], range(len(rows)), name="dev")
    args = arguments(tmp_path, eval_strategy="steps", eval_steps=3)
    trainer = SentenceTransformerTrainer(model, args, data, data, by_name, judge)
    trainer.train()
    assert len(calls) == 2
    found = trainer.evaluate()
    assert {"eval_pairs_loss", "eval_classes_loss", "eval_dev_spearman_cosine"} <= found.keys()
    assert len(calls) == 3
    assert trainer.evaluate("pairs", metric_key_prefix="again").keys() >= {
        "again_loss",
        "again_dev_spearman_cosine",
    }
    other = trainer.evaluate({"pairs": rows.select(range(9))}, metric_key_prefix="test")
    assert {"test_pairs_loss", "test_dev_spearman_cosine"} <= other.keys()
    assert trainer.evaluate() == pytest.approx(found, rel=10)  # times differ, keys don't
    assert trainer.evaluate()["eval_pairs_loss"] == found["eval_pairs_loss"]


def test_the_parts_of_a_loss_are_logged_under_their_names(model, pairs, tmp_path):
    class Parts(losses.Loss):
        def compute(self, embeddings, labels):
            return {"two": embeddings[0].sum() * 0 + 2, "three": embeddings[0].sum() * 0 + 3}

    args = arguments(
        tmp_path,
        gradient_accumulation_steps=2,
        eval_strategy="steps",
        logging_steps=3,
        eval_steps=3,
    )
    trainer = SentenceTransformerTrainer(model, args, pairs, {"x": pairs}, Parts(model))
    trainer.train()
    for line in lines(trainer):
        assert (line["loss"], line["two"], line["three"]) == pytest.approx((5, 2, 3))
    assert trainer.evaluate().items() >= {"eval_x_loss": 5.0, "eval_x_two": 2.0}.items()


def test_prompts_can_be_for_each_dataset(model, data, tmp_path):
    seen = []

    class Spy(TrainerCallback):
        def on_train_begin(self, args, state, control, train_dataloader, **kwargs):
            for batch in train_dataloader:
                width = batch["sentence_features"][0]["input_ids"].shape[1]
                seen.append((batch["dataset_name"], width))

    def widths(prompts):
        seen.clear()
        args = arguments(tmp_path, max_steps=1, prompts=prompts)
        loss = losses.MultipleNegativesRankingLoss(model)
        SentenceTransformerTrainer(model, args, data, loss=loss, callbacks=[Spy()]).train()
        return list(seen)

    plain, prompted = widths(None), widths({"pairs": "the the the "})
    for (name, width), (_, longer) in zip(plain, prompted, strict=True):
        assert longer - width == (3 if name == "pairs" else 0)


def test_samplers_of_ones_own_are_asked_for_batches(model, data, tmp_path):
    class Small(DefaultBatchSampler):
        def __iter__(self):
            self.generator.manual_seed(self.seed + self.epoch)
            yield from ([i, i + 1] for i in range(0, 6, 2))

        def __len__(self):
            return 3

    class InTurn(MultiDatasetDefaultBatchSampler):
        def __iter__(self):
            for place, sampler in enumerate(self.batch_samplers):
                first = [0, *self.dataset.cumulative_sizes][place]
                yield from ([first + row for row in batch] for batch in sampler)

        def __len__(self):
            return sum(map(len, self.batch_samplers))

    seen = []
    args = arguments(
        tmp_path,
        max_steps=-1,
        num_train_epochs=1,
        batch_sampler=Small,
        multi_dataset_batch_sampler=lambda dataset, **options: InTurn(dataset, **options),
    )
    trainer = SentenceTransformerTrainer(model, args, data, loss=lambda m: Seen(m, seen))
    assert trainer.train().global_step == 6
    assert [labels for _, labels in seen] == [None] * 3 + [torch.int64] * 3
    assert trainer.args.to_dict()["batch_sampler"].endswith("Small")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([{"a": "x", "b": "y"}], "train_dataset is a list.*Dataset.from_list"),
        ({"pairs": [{"a": "x"}]}, r"train_dataset\['pairs'\] is a list"),
        ({}, "train_dataset has no dataset in it"),
    ],
)
def test_what_is_no_dataset_is_told(given, words, model, tmp_path):
    with pytest.raises((TypeError, ValueError), match=words):
        SentenceTransformerTrainer(model, arguments(tmp_path), given)


def test_a_dataset_without_a_sampler_is_told(model, data, by_name, tmp_path):
    options = arguments(tmp_path, batch_sampler={"pairs": "no_duplicates"})
    trainer = SentenceTransformerTrainer(model, options, data, loss=by_name)
    with pytest.raises(ValueError, match="nothing for the dataset 'classes'; it has pairs"):
        trainer.train()


def test_a_checkpoint_that_is_not_there_is_told(model, pairs, tmp_path):
    trainer = SentenceTransformerTrainer(
        model, arguments(tmp_path), pairs, loss=losses.MultipleNegativesRankingLoss
    )
    with pytest.raises(BrokenCheckpoint, match="checkpoint-3 isn't there"):
        trainer.train(resume_from_checkpoint=tmp_path / "checkpoint-3")
