"""Every row of the catalogue has its class, and says of its parameters what the class says."""

import inspect

import pytest
import torch

from backend.catalog.evaluators import EVALUATORS as EVALUATOR_ROWS
from backend.catalog.losses import LOSSES as LOSS_ROWS
from backend.catalog.samplers import SAMPLERS as SAMPLER_ROWS
from tests.tiny_model import sentences
from worker.engine import similarity
from worker.engine.evaluation import EVALUATORS
from worker.engine.losses import TripletDistanceMetric
from worker.engine.losses.by_name import LOSSES, make
from worker.engine.samplers import BatchSamplers

FROM_CODE_ALONE = {"model", "loss_fct", "cos_score_transformation"}
"""Parameters that are modules, which no recipe can carry."""


def test_losses_and_rows_are_the_same():
    assert set(LOSSES) == set(LOSS_ROWS)


def test_evaluators_and_rows_are_the_same():
    assert set(EVALUATORS) == set(EVALUATOR_ROWS)


def test_samplers_and_rows_are_the_same():
    assert {sampler.value for sampler in BatchSamplers} == set(SAMPLER_ROWS)


@pytest.mark.parametrize("name", LOSS_ROWS)
def test_the_parameters_of_a_loss_are_those_of_its_row(name):
    row = LOSS_ROWS[name]
    signature = inspect.signature(LOSSES[name]).parameters
    settable = {n: p for n, p in signature.items() if n not in FROM_CODE_ALONE}
    assert set(settable) == {parameter.name for parameter in row.parameters} | set(row.filled)
    for parameter in row.parameters:
        default = settable[parameter.name].default
        told = parameter.default
        assert default == (named(told) if callable(default) else told)


def named(name):
    return getattr(similarity, name, None) or getattr(TripletDistanceMetric, name)


@pytest.mark.parametrize("name", LOSS_ROWS)
def test_a_loss_is_made_from_the_values_of_its_row(name, model):
    row = LOSS_ROWS[name]
    filled = {"embedding_dimension": 32, "num_labels": 2}
    values = {parameter.name: parameter.default for parameter in row.parameters}
    loss = make(name, model, values | {key: filled[key] for key in row.filled})
    form = row.accepts[0]
    columns = [model.tokenize(sentences(4, seed=i)) for i, _ in enumerate(form.inputs)]
    labels = torch.tensor([0, 1, 0, 1])
    value = loss(columns, labels if name == "SoftmaxLoss" else labels.float())
    assert torch.isfinite(value)


@pytest.mark.parametrize("name", LOSS_ROWS)
def test_every_named_choice_of_a_loss_exists(name):
    for parameter in LOSS_ROWS[name].parameters:
        if parameter.name in ("similarity_fct", "distance_metric"):
            assert all(callable(named(choice)) for choice in parameter.choices)


@pytest.mark.parametrize("name", EVALUATOR_ROWS)
def test_an_evaluator_gives_the_metric_and_statistic_of_its_row(name, model):
    row = EVALUATOR_ROWS[name]
    one, two, three = (sentences(8, seed=seed) for seed in range(3))
    by_id = [{str(i): text for i, text in enumerate(texts)} for texts in (one, two)]
    given = {
        "InformationRetrievalEvaluator": (*by_id, {str(i): {str(i)} for i in range(8)}),
        "TripletEvaluator": (one, two, three),
        "EmbeddingSimilarityEvaluator": (one, two, [i / 8 for i in range(8)]),
        "BinaryClassificationEvaluator": (one, two, [0, 1] * 4),
    }
    outcome = EVALUATORS[name](*given[name]).measure(model)
    assert (outcome.primary_metric, outcome.statistic) == (row.metric, row.statistic)
