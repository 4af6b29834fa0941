"""Pairs sorted into classes: values and gradients of the reference, and its predictions."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sentence_transformers.sentence_transformer import losses as reference
from torch import nn

from tests.conformance.losses.harness import (
    FAST,
    WIDTH,
    GivenEmbeddings,
    both,
    columns_of,
    drawn,
    dtypes,
    rows,
    seeds,
)
from worker.engine import losses

PARTS = ("rep", "difference", "multiplication")
parts = st.tuples(st.booleans(), st.booleans(), st.booleans()).filter(any)


def both_made(num_labels=3, on=(True, True, False), **options):
    options |= {f"concatenation_sent_{n}": value for n, value in zip(PARTS, on, strict=True)}
    return [
        m.SoftmaxLoss(GivenEmbeddings(), WIDTH, num_labels, **options) for m in (losses, reference)
    ]


@FAST
@given(
    seed=seeds,
    batch=rows,
    dtype=dtypes,
    on=parts,
    loss_fct=st.sampled_from([nn.CrossEntropyLoss(), nn.CrossEntropyLoss(label_smoothing=0.1)]),
    as_probabilities=st.booleans(),
)
def test_softmax_equals_the_reference(seed, batch, dtype, on, loss_fct, as_probabilities):
    probabilities = drawn(seed, batch, 3, dtype=dtype).softmax(dim=1)
    both(
        *both_made(on=on, loss_fct=loss_fct),
        columns_of(seed, 2, batch, dtype=dtype),
        probabilities if as_probabilities else probabilities.argmax(dim=1),
    )


@FAST
@given(seed=seeds, batch=rows)
def test_softmax_of_one_logit_takes_a_column_of_labels_as_the_reference_does(seed, batch):
    def squared(logits, labels):
        return (logits.view(-1) - labels).pow(2).mean()

    both(
        *both_made(num_labels=1, loss_fct=squared),
        columns_of(seed, 2, batch),
        drawn(seed, batch, 1),
    )


def test_without_labels_both_give_embeddings_and_logits():
    mine, theirs = both_made()
    theirs.load_state_dict(mine.state_dict())
    features = [{"sentence_embedding": column} for column in columns_of(0, 2, 5)]
    (ours, logits), (expected, expected_logits) = mine(features), theirs(features, None)
    assert len(ours) == len(expected) == 2
    torch.testing.assert_close(logits, expected_logits)


def test_the_dimension_goes_by_its_name_of_before_too():
    with pytest.warns(FutureWarning, match="embedding_dimension"):
        loss = losses.SoftmaxLoss(GivenEmbeddings(), sentence_embedding_dimension=12, num_labels=3)
    assert loss.classifier.in_features == 36


def test_nothing_to_look_at_is_refused():
    for module in (losses, reference):
        with pytest.raises(ValueError, match="concatenation_sent_"):
            module.SoftmaxLoss(GivenEmbeddings(), WIDTH, 3, False, False, False)


def test_labels_that_are_neither_a_class_nor_a_probability_each_are_refused():
    mine, theirs = both_made()
    features = [{"sentence_embedding": column} for column in columns_of(0, 2, 5)]
    for loss in (mine, theirs):
        with pytest.raises(ValueError, match=r"5.+10|10.+5"):
            loss(features, torch.zeros(5, 2))
