"""Columns become inputs and a label by their names; what can't is told before the first step."""

import pytest
from datasets import Dataset

from worker.engine import losses
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.data.columns import ColumnProblem, Columns, split, warn_of_unusual
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


def test_a_loss_without_its_label_says_so(model, pairs, tmp_path):
    args = SentenceTransformerTrainingArguments(str(tmp_path), report_to="none", use_cpu=True)
    with pytest.raises(ValueError, match="CoSENTLoss needs a label in every row"):
        SentenceTransformerTrainer(model, args, Dataset.from_dict(pairs[:8]))


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["query_id", "text"], "query_id look like ids"),
        (["positive", "anchor"], "The columns come as positive, anchor; usually it is anchor"),
        (["anchor", "positive", "negative"], None),
        (["text1", "text2"], None),
    ],
)
def test_what_is_allowed_but_seldom_meant_is_warned_of(names, words, caplog):
    warn_of_unusual(split(names))
    assert (words is None) is (caplog.text == "")
    assert (words or "") in caplog.text
