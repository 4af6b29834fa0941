"""Every row of the catalogue has its class. Of losses: test_loss_rows.py."""

import pytest
import torch
from torch.utils.data import DataLoader

from backend.catalog.evaluators import EVALUATORS as EVALUATOR_ROWS
from backend.catalog.evaluators import NANO_BEIR_SETS
from backend.catalog.samplers import SAMPLERS as SAMPLER_ROWS
from tests.nano_beir import write_nano_beir
from tests.tiny_model import sentences
from worker.engine.evaluation.by_name import EVALUATORS
from worker.engine.evaluation.nano_beir_data import SETS
from worker.engine.legacy import InputExample
from worker.engine.losses import SoftmaxLoss
from worker.engine.samplers import BatchSamplers


def test_evaluators_and_rows_are_the_same():
    assert set(EVALUATORS) == set(EVALUATOR_ROWS)


def test_samplers_and_rows_are_the_same():
    assert {sampler.value for sampler in BatchSamplers} == set(SAMPLER_ROWS)


def test_the_sets_of_nano_beir_are_those_that_a_recipe_can_name():
    assert tuple(SETS) == NANO_BEIR_SETS


@pytest.fixture(scope="module")
def nano_beir(tmp_path_factory):
    return str(write_nano_beir(tmp_path_factory.mktemp("guard"), ["NanoNQ"]))


@pytest.mark.parametrize("name", EVALUATOR_ROWS)
def test_an_evaluator_gives_the_metric_and_statistic_of_its_row(name, model, nano_beir):
    row = EVALUATOR_ROWS[name]
    one, two, three = (sentences(8, seed=seed) for seed in range(3))
    by_id = [{str(i): text for i, text in enumerate(texts)} for texts in (one, two)]
    pairs = [InputExample(texts=[*texts], label=1) for texts in zip(one, two, strict=True)]
    given = {
        "InformationRetrievalEvaluator": (*by_id, {str(i): {str(i)} for i in range(8)}),
        "TripletEvaluator": (one, two, three),
        "EmbeddingSimilarityEvaluator": (one, two, [i / 8 for i in range(8)]),
        "BinaryClassificationEvaluator": (one, two, [0, 1] * 4),
        "LinearProbeEvaluator": ([one, two], [*"abac"] * 2),
        "RerankingEvaluator": ([{"query": one[0], "positive": two, "negative": three}],),
        "TranslationEvaluator": (one, two),
        "MSEEvaluator": (one, two),
        "LabelAccuracyEvaluator": (),
        "ParaphraseMiningEvaluator": (by_id[0], [("0", "1")]),
        "NanoBEIREvaluator": (["nq"], nano_beir),
    }
    filled = {
        "reference_columns": [three, two],
        "reference_labels": [*"abca"] * 2,
        "source_embeddings": torch.zeros(8, 32),
        "dataloader": DataLoader(pairs, batch_size=4, collate_fn=list),
        "softmax_model": SoftmaxLoss(model, 32, 3),
    }
    others = {argument: filled[argument] for argument in row.filled}
    outcome = EVALUATORS[name](*given[name], **others).measure(model)
    assert (outcome.primary_metric, outcome.statistic) == (row.metric, row.statistic)
