"""Rows that don't fit the loss are told before the first step: dataset, column and row."""

import numpy as np
import pytest
from datasets import Dataset, Features, IterableDataset, Value
from torch import nn

from worker.engine import losses
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.data.checks import check
from worker.engine.data.columns import ColumnProblem
from worker.engine.trainer import SentenceTransformerTrainer

LABELS = ["label", "labels", "score", "scores"]
TEXTS = ["cat", "dog", "bird", "fish"]


def table(label=None, name="label", texts=TEXTS, columns=2):
    data = {f"text{i}": list(texts) for i in range(columns)}
    return Dataset.from_dict(data | ({} if label is None else {name: label}))


class Own(nn.Module):
    """A loss of a person's own, of which nothing is known."""


def softmax(model):
    return losses.SoftmaxLoss(model, 32, 3)


LISTS = [[0.1, 0.9, 0.0]] * 4
CASES = {
    "too few inputs": (losses.TripletLoss, table(), r"TripletLoss takes \(anchor.*text0, text1"),
    "too many inputs": (losses.CoSENTLoss, table([0.1] * 4, columns=3), "text0, text1, text2"),
    "no label": (losses.CoSENTLoss, table(), "CoSENTLoss needs a label in every row"),
    "two labels": (
        losses.CoSENTLoss,
        table([0.1] * 4).add_column("score", [0.1] * 4),
        "label and score could each be the label",
    ),
    "no text": (Own, table(texts=["a", None, "b", None]), r"'text0' is empty \(None\) in row 1"),
    "a text without a word": (Own, table(texts=["a", "b", " \n", "c"]), "'text0'.* in row 2"),
    "numbers for texts": (Own, table(texts=[1, 2, 3, 4]), "'text0' holds int64 in row 0"),
    "nothing at all": (Own, table(texts=[None] * 4), r"'text0' is empty \(None\) in row 0"),
    "reserved": (Own, table().add_column("return_loss", TEXTS), "Rename the column 'return_loss'"),
    "no score": (losses.CoSENTLoss, table([0.1, 0.2, None, 0.3]), "no label.*in row 2"),
    "not a number": (losses.CoSENTLoss, table([0.1, 0.2, float("nan"), 0.3]), "nan in row 2"),
    "infinite": (losses.CoSENTLoss, table([0.1, float("inf"), 0.2, 0.3]), "inf in row 1"),
    "words for a score": (losses.CoSENTLoss, table(["a", "b", "c", "d"]), "'label' holds string"),
    "words for an unknown loss": (Own, table(["a", "b", "c", "d"]), "class_encode_column"),
    "lists for a score": (losses.CoSENTLoss, table(LISTS), "lists of 3 numbers, in row 0"),
    "a class too many": (softmax, table([0, 1, 2, 3]), "a class from 0 to 2.*holds 3 in row 3"),
    "a negative class": (softmax, table([0, 1, -1, 2]), "holds -1 in row 2"),
    "a class that is a score": (softmax, table([0.5, 0.1, 0.2, 0.3]), "holds values of double"),
    "no probabilities": (
        softmax,
        table([*LISTS[:3], [1.0, 0.5, 0.0]]),
        r"which sum to 1, as its label.*holds \[1.0, 0.5, 0.0\] in row 3",
    ),
    "a probability below 0": (softmax, table([[1.5, -0.5, 0.0], *LISTS[:3]]), "in row 0"),
    "ragged lists": (
        softmax,
        table([[1.0, 0.0, 0.0], [1.0], [0.0], [1.0]]),
        r"isn't as long as that of row 0 \(3\) in row 1",
    ),
    "a hole in a list": (
        softmax,
        table([[1.0, 0.0, 0.0], [1.0, float("nan"), 0.0], LISTS[0], LISTS[0]]),
        "nan in row 1",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_does_not_fit_is_told(case, model):
    loss, data, words = CASES[case]
    made = Own() if loss is Own else loss(model)
    with pytest.raises(ColumnProblem, match=words) as caught:
        check(data, "train_dataset['nli']", made, LABELS)
    assert str(caught.value).startswith("train_dataset['nli']: ")


FITTING = {
    "an unused label": (losses.MultipleNegativesRankingLoss, table([1, 2, 3, 4])),
    "an int score": (losses.CoSENTLoss, table([1, 2, 3, 4])),
    "a bool class": (softmax, table([True, False, True, False])),
    "probabilities": (softmax, table(LISTS)),
    "what a loss_fct of one's own takes": (
        lambda model: losses.SoftmaxLoss(model, 32, 3, loss_fct=nn.BCEWithLogitsLoss()),
        table([[1.0, 1.0, 0.0]] * 4),
    ),
    "any label for an unknown loss": (Own, table([[[1.0, 2.0]] * 2] * 4)),
    "an empty table": (Own, Dataset.from_dict({"a": []}, features=Features(a=Value("string")))),
}


@pytest.mark.parametrize("case", FITTING)
def test_what_fits_is_let_through(case, model):
    loss, data = FITTING[case]
    check(data, "train_dataset", Own() if loss is Own else loss(model), LABELS)


def test_rows_are_counted_in_the_order_of_the_dataset():
    data = table(texts=["", "b", "c", "d"]).select([3, 2, 0, 1])
    with pytest.raises(ColumnProblem, match="in row 2"):
        check(data, "train_dataset", Own(), LABELS)
    check(data.select([0, 1, 3]), "train_dataset", Own(), LABELS)


def test_scores_beyond_what_is_compared_are_warned_of(model, caplog):
    check(table([0.0, 5.0, 2.5, 1.0]), "x", losses.CosineSimilarityLoss(model), LABELS)
    assert "values from -1.0 to 1.0; label goes from 0.0 to 5.0" in caplog.text


def test_a_wrapper_takes_what_it_wraps(model):
    wrapper = pytest.importorskip("worker.engine.losses.matryoshka").MatryoshkaLoss
    with pytest.raises(ColumnProblem, match="needs a label"):
        check(table(), "x", wrapper(model, losses.CoSENTLoss(model), [32, 8]), LABELS)


def test_rows_that_a_transform_makes_are_not_made_to_look_at():
    data = table(texts=[1, 2, 3, 4]).with_transform(lambda rows: pytest.fail("was made"))
    check(data, "x", Own(), LABELS)


def test_a_stream_must_say_what_its_columns_are(model):
    stream = IterableDataset.from_generator(lambda: iter([{"a": "cat", "label": 1}]))
    with pytest.raises(ColumnProblem, match=r"'a': datasets.Value\('string'\)"):
        check(stream, "train_dataset", Own(), LABELS)
    told = stream.cast(Features({"a": Value("string"), "label": Value("int64")}))
    check(told, "train_dataset", Own(), LABELS)
    with pytest.raises(ColumnProblem, match="CoSENTLoss takes"):
        check(told, "train_dataset", losses.CoSENTLoss(model), LABELS)


def test_the_trainer_names_the_dataset(model, pairs, tmp_path):
    args = SentenceTransformerTrainingArguments(str(tmp_path), report_to="none", use_cpu=True)
    data = {"good": pairs, "bad": pairs.add_column("c", [""] * len(pairs))}
    loss = losses.MultipleNegativesRankingLoss(model)
    with pytest.raises(ColumnProblem, match=r"train_dataset\['bad'\]: the column 'c'"):
        SentenceTransformerTrainer(model, args, data, loss=loss)
    with pytest.raises(ColumnProblem, match=r"eval_dataset\['bad'\]: the column 'c'"):
        SentenceTransformerTrainer(model, args, pairs, data, loss=loss)


def test_a_million_rows_are_looked_at_to_the_last():
    texts = np.full(1_000_000, "a text").tolist()
    with pytest.raises(ColumnProblem, match="row 999999"):
        check(Dataset.from_dict({"a": [*texts[1:], " "]}), "x", Own(), LABELS)
