"""Columns become inputs and a label by their names; what can't is told before the first step."""

import pytest
import torch
from datasets import Dataset

from worker.engine import losses
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.data.collator import ColumnCollator
from worker.engine.data.columns import ColumnProblem, Columns, split
from worker.engine.trainer import SentenceTransformerTrainer


@pytest.mark.parametrize("label", ["label", "labels", "score", "scores"])
def test_a_label_is_known_by_its_name_and_the_rest_keeps_its_order(label):
    assert split(["b", label, "a"]) == Columns(("b", "a"), label)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["a", "score", "label"], "score and label could each be the label"),
        (["label"], "no input column"),
        ([], "no input column"),
        (["a", "dataset_name"], "Rename the column 'dataset_name'"),
    ],
)
def test_columns_that_cannot_be_used_are_told(names, words):
    with pytest.raises(ColumnProblem, match=words):
        split(names)


def test_the_trainer_refuses_such_columns_at_once(model, pairs, tmp_path):
    data = pairs.add_column("label", [0] * 44).add_column("score", [0.0] * 44)
    args = SentenceTransformerTrainingArguments(str(tmp_path), report_to="none", use_cpu=True)
    with pytest.raises(ColumnProblem, match="label and score"):
        SentenceTransformerTrainer(model, args, data, loss=losses.CoSENTLoss(model))


def test_each_column_is_padded_to_its_own_longest(model):
    batch = ColumnCollator(model.preprocess)(
        [{"a": "cat", "b": "the cat sat on the mat"}, {"a": "the dog", "b": "dog"}]
    )
    widths = [features["input_ids"].shape for features in batch["sentence_features"]]
    assert widths == [(2, 4), (2, 8)]
    assert "labels" not in batch


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 2], torch.tensor([0, 2])),
        ([0.5, 1.0], torch.tensor([0.5, 1.0])),
        ([[0.1, 0.9], [0.2, 0.8]], torch.tensor([[0.1, 0.9], [0.2, 0.8]])),
    ],
)
def test_labels_keep_their_kind(model, values, expected):
    batch = ColumnCollator(model.preprocess)([{"a": "cat", "label": value} for value in values])
    assert torch.equal(batch["labels"], expected)
    assert batch["labels"].dtype == expected.dtype


def test_prompts_go_before_all_columns_or_before_one(model):
    row = {"a": "cat", "b": "dog"}

    def ids(prompts):
        batch = ColumnCollator(model.preprocess, prompts)([row])
        return [features["input_ids"].tolist() for features in batch["sentence_features"]]

    plain = [model.tokenize([text])["input_ids"].tolist() for text in ("cat", "dog")]
    with_the = [model.tokenize([text])["input_ids"].tolist() for text in ("the cat", "the dog")]
    assert ids(None) == plain
    assert ids("the ") == with_the
    assert ids({"b": "the "}) == [plain[0], with_the[1]]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"a": "cat"}, {"a": None}], "'a' holds NoneType"),
        ([{"a": 3}], "'a' holds int"),
        ([{"a": "cat", "label": [1]}, {"a": "cat", "label": [1, 2]}], "label column 'label'"),
        ([{"a": "cat", "label": "yes"}], "label column 'label'"),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_its_column(model, rows, words):
    with pytest.raises(ColumnProblem, match=words):
        ColumnCollator(model.preprocess)(rows)


def test_a_loss_without_its_label_says_so(model, pairs, tmp_path):
    args = SentenceTransformerTrainingArguments(str(tmp_path), report_to="none", use_cpu=True)
    trainer = SentenceTransformerTrainer(model, args, Dataset.from_dict(pairs[:8]))
    with pytest.raises(ValueError, match="CoSENTLoss needs a label in every row"):
        trainer.train()
