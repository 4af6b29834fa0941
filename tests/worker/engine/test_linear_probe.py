"""A linear probe tells classes by the embeddings alone, in the same way for every model."""

import numpy as np
import pytest
import torch

from tests.tiny_model import sentences
from worker.engine.evaluation import LinearProbeEvaluator

COLOURS = ["red", "blue", "green"]
TEXTS = [f"{text} {COLOURS[i % 3]}" for i, text in enumerate(sentences(60, seed=4))]
CLASSES = [COLOURS[i % 3] for i in range(60)]


class Coloured:
    """Encodes a text as noise and, in one of three places, its colour."""

    def __init__(self, scale=1.0, shift=0.0, strength=3.0):
        self.scale, self.shift, self.strength = scale, shift, strength

    def encode(self, texts, **_options):
        rows = np.random.default_rng(len(texts)).normal(size=(len(texts), 8))
        for row, text in zip(rows, texts, strict=True):
            row[COLOURS.index(text.split()[-1])] += self.strength
        return torch.tensor(self.scale * (rows + self.shift), dtype=torch.float64)


def probe(texts=TEXTS[:30], labels=CLASSES[:30], **options):
    return LinearProbeEvaluator(
        [texts], labels, [TEXTS[30:]], CLASSES[30:], **{"name": "dev"} | options
    )


def test_a_model_that_knows_the_classes_is_better_than_one_that_does_not():
    knows, guesses = probe().measure(Coloured()), probe().measure(Coloured(strength=0.0))
    assert knows.primary_metric == "dev_accuracy"
    assert knows.primary > 0.9 > 0.7 > guesses.primary
    assert knows.metrics["dev_macro_f1"] == pytest.approx(knows.primary, abs=0.1)
    assert knows.items.mean() == knows.primary


def test_neither_the_length_nor_the_place_of_the_vectors_matters():
    near, far = (probe().measure(Coloured(*how, strength=1.0)) for how in ((), (100.0, 5.0)))
    assert list(near.items) == list(far.items)


def test_the_same_rows_give_the_same_verdict_twice(model):
    one, other = probe().measure(model), probe().measure(model)
    assert one.metrics == other.metrics
    assert list(one.items) == list(other.items)
    assert one.item_keys == [str(row) for row in range(30)]


def test_classes_of_pairs_are_told_by_both_texts_and_their_difference():
    """Same colour or not: no single text says it."""
    turned = [f"cat {COLOURS[(i + i // 3) % 3]}" for i in range(60)]
    same = [one.split()[-1] == other.split()[-1] for one, other in zip(TEXTS, turned, strict=True)]
    evaluator = LinearProbeEvaluator(
        [TEXTS[:30], turned[:30]], same[:30], [TEXTS[30:], turned[30:]], same[30:]
    )
    assert evaluator(Coloured(strength=9.0))["accuracy"] > 0.9


def test_labels_may_be_probabilities():
    one_hot = [[float(label == colour) for colour in COLOURS] for label in CLASSES]
    numbers = [COLOURS.index(label) for label in CLASSES]
    found = [
        LinearProbeEvaluator([TEXTS[:30]], labels[:30], [TEXTS[30:]], labels[30:])(Coloured())
        for labels in (one_hot, numbers)
    ]
    assert found[0] == found[1]


def test_a_class_that_no_reference_row_has_counts_as_wrong():
    labels = ["yellow"] * 30
    assert probe(labels=labels)(Coloured())["dev_accuracy"] == 0.0


def test_reference_rows_are_taken_at_even_distances():
    by_class = sorted(range(30, 60), key=lambda i: CLASSES[i])
    evaluator = LinearProbeEvaluator(
        [TEXTS[:30]],
        CLASSES[:30],
        [[TEXTS[i] for i in by_class]],
        [CLASSES[i] for i in by_class],
        max_reference_rows=12,
    )
    assert [evaluator.reference_labels.count(colour) for colour in COLOURS] == [4, 4, 4]
    assert evaluator.get_config_dict() == {"reference_rows": 12}


def test_what_a_probe_cannot_be_made_of_is_told():
    for columns, labels, reference, classes, words in (
        ([TEXTS], CLASSES[1:], [TEXTS], CLASSES, "labels has 59"),
        ([TEXTS], CLASSES, [TEXTS], CLASSES[1:], "reference_labels has 59"),
        ([TEXTS], CLASSES, [TEXTS], ["red"] * 60, "All reference rows are of one class"),
        ([TEXTS], CLASSES, [TEXTS, TEXTS], CLASSES, "reference_columns 2"),
        ([TEXTS] * 3, CLASSES, [TEXTS] * 3, CLASSES, "columns has 3"),
    ):
        with pytest.raises(ValueError, match=words):
            LinearProbeEvaluator(columns, labels, reference, classes)


def test_the_figures_are_written_to_a_file(model, tmp_path):
    probe()(model, str(tmp_path), epoch=1, steps=2)
    head, line = (tmp_path / "linear_probe_evaluation_dev_results.csv").read_text().splitlines()
    assert head == "epoch,steps,accuracy,macro_f1"
    assert line.startswith("1,2,")
