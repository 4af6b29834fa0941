"""A student beside its teacher, and a classifier of pairs: as in the reference library."""

import pytest
import torch
from sentence_transformers.sentence_transformer import evaluation as reference
from sentence_transformers.sentence_transformer import losses as reference_losses
from sentence_transformers.sentence_transformer.readers import InputExample
from torch.utils.data import DataLoader

from backend.catalog.statistics import metric_of
from tests.conformance.evaluation.texts import LEFT, ONE_BATCH, OTHER, RIGHT, assert_same
from worker.engine import evaluation
from worker.engine.losses import SoftmaxLoss

ROWS = [
    {"en": one, "de": other, "fr": " " if i % 4 else third}
    for i, (one, other, third) in enumerate(zip(LEFT, RIGHT, OTHER, strict=True))
]
PAIRS = [("en", "de"), ("en", "fr")]


def mse(module, teacher, **options):
    return module.MSEEvaluator(LEFT, RIGHT, teacher, batch_size=ONE_BATCH, **options)


def mse_of_languages(module, teacher, **options):
    return module.MSEEvaluatorFromDataFrame(ROWS, teacher, PAIRS, batch_size=ONE_BATCH, **options)


OPTIONS = [{}, {"name": "dev", "truncate_dim": 7}, {"write_csv": False}]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("make", [mse, mse_of_languages])
def test_the_distance_from_a_teacher_equals_the_reference(make, options, ours, theirs, tmp_path):
    """Of MSEEvaluator and MSEEvaluatorFromDataFrame."""
    mine, their = make(evaluation, ours, **options), make(reference, theirs, **options)
    assert_same(mine, their, ours, theirs, tmp_path)


@pytest.mark.parametrize("make", [mse, mse_of_languages])
def test_the_distances_of_single_texts_give_that_of_all(make, ours):
    outcome = make(evaluation, ours).measure(ours)
    assert metric_of(outcome.statistic, outcome.items) == pytest.approx(outcome.primary)
    assert len(outcome.item_keys) == len(set(outcome.item_keys)) == len(outcome.items)


def test_a_teacher_s_embeddings_do_as_well_as_the_teacher(ours):
    """The addition of ours to MSEEvaluator, for data that carries them."""
    given = evaluation.MSEEvaluator(LEFT, RIGHT, source_embeddings=ours.encode(LEFT))
    assert given(ours) == pytest.approx(mse(evaluation, ours)(ours))


def test_a_student_that_is_its_teacher_is_at_no_distance(ours):
    found = evaluation.MSEEvaluator(LEFT, LEFT, ours)(ours)
    assert found["negative_mse"] == pytest.approx(0, abs=1e-9)


def test_a_teacher_of_other_dimensions_is_told_about(ours):
    narrow = evaluation.MSEEvaluator(LEFT, RIGHT, source_embeddings=torch.ones(50, 3))
    with pytest.raises(ValueError, match="have 3 dimensions and the student's 32"):
        narrow(ours)
    with pytest.raises(ValueError, match="Give teacher_model"):
        evaluation.MSEEvaluator(LEFT, RIGHT)


def test_languages_without_a_common_row_are_told_about(ours):
    with pytest.raises(ValueError, match="both 'en' and 'xx'"):
        evaluation.MSEEvaluatorFromDataFrame([{"en": "cat", "xx": ""}], ours, [("en", "xx")])


def loader():
    rows = zip(LEFT, RIGHT, strict=True)
    examples = [InputExample(texts=[*pair], label=i % 3) for i, pair in enumerate(rows)]
    return DataLoader(examples, batch_size=16)


@pytest.mark.parametrize("name", ["", "dev"])
def test_the_accuracy_of_a_classifier_equals_the_reference(name, ours, theirs, tmp_path):
    """Of LabelAccuracyEvaluator."""
    heads = SoftmaxLoss(ours, 32, 3), reference_losses.SoftmaxLoss(theirs, 32, 3)
    heads[0].classifier.load_state_dict(heads[1].classifier.state_dict())
    mine = evaluation.LabelAccuracyEvaluator(loader(), name, softmax_model=heads[0])
    their = reference.LabelAccuracyEvaluator(loader(), name, softmax_model=heads[1])
    assert_same(mine, their, ours, theirs, tmp_path)
    outcome = mine.measure(ours)
    assert outcome.items.mean() == outcome.primary
    assert len(outcome.items) == len(LEFT)


def test_a_classifier_and_examples_are_asked_for(ours):
    with pytest.raises(ValueError, match="SoftmaxLoss"):
        evaluation.LabelAccuracyEvaluator(loader())
    empty = evaluation.LabelAccuracyEvaluator(
        DataLoader([]), softmax_model=SoftmaxLoss(ours, 32, 3)
    )
    with pytest.raises(ValueError, match="no examples"):
        empty(ours)
