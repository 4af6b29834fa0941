"""Twenty steps of both trainers from the same weights follow the same curve."""

import pytest
import sentence_transformers
import torch
from datasets import Dataset
from sentence_transformers.sentence_transformer import losses as reference

from tests.tiny_model import sentences
from worker.engine import losses
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.model import SentenceTransformer
from worker.engine.trainer import SentenceTransformerTrainer

ROWS = 60
COLUMNS = [sentences(ROWS, seed=column) for column in range(3)]
PAIRS = Dataset.from_dict({"a": COLUMNS[0], "b": COLUMNS[1]})
TRIPLETS = Dataset.from_dict({"a": COLUMNS[0], "b": COLUMNS[1], "c": COLUMNS[2]})
SCORED = PAIRS.add_column("score", [(i % 5) / 4 for i in range(ROWS)])
CLASSED = PAIRS.add_column("label", [i % 3 for i in range(ROWS)])


def softmax(module):
    def make(model):
        loss = module.SoftmaxLoss(model, 32, 3)
        torch.nn.init.constant_(loss.classifier.bias, 0.1)
        generator = torch.Generator().manual_seed(1)
        shape = loss.classifier.weight.shape
        loss.classifier.weight.data = torch.randn(shape, generator=generator) * 0.1
        return loss

    return make


CASES = {
    "MultipleNegativesRankingLoss": (PAIRS, lambda m: m.MultipleNegativesRankingLoss, {}),
    "with hard negatives": (TRIPLETS, lambda m: m.MultipleNegativesRankingLoss, {}),
    "with prompts": (
        PAIRS,
        lambda m: m.MultipleNegativesRankingLoss,
        {"prompts": {"a": "who is ", "b": "the "}},
    ),
    "without duplicates": (
        PAIRS,
        lambda m: m.MultipleNegativesRankingLoss,
        {"batch_sampler": "no_duplicates"},
    ),
    "with two learning rates": (
        PAIRS,
        lambda m: m.MultipleNegativesRankingLoss,
        {"learning_rate_mapping": {"embeddings": 1e-3}},
    ),
    "with accumulated gradients": (
        PAIRS,
        lambda m: m.MultipleNegativesRankingLoss,
        {"gradient_accumulation_steps": 2},
    ),
    "CoSENTLoss": (SCORED, lambda m: m.CoSENTLoss, {}),
    "CosineSimilarityLoss": (SCORED, lambda m: m.CosineSimilarityLoss, {}),
    "TripletLoss": (TRIPLETS, lambda m: m.TripletLoss, {}),
    "SoftmaxLoss": (CLASSED, softmax, {}),
}


def curve(trainer) -> list[float]:
    trainer.train()
    return [line["loss"] for line in trainer.state.log_history if "loss" in line]


def arguments(kind, folder, **options):
    return kind(
        output_dir=str(folder),
        max_steps=20,
        per_device_train_batch_size=8,
        learning_rate=1e-3,
        warmup_steps=3,
        logging_steps=1,
        logging_nan_inf_filter=False,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
        use_cpu=True,
        **options,
    )


def both_curves(ours, theirs, data, make_loss, options, tmp_path):
    mine = SentenceTransformerTrainer(
        ours,
        arguments(SentenceTransformerTrainingArguments, tmp_path / "ours", **options),
        data,
        loss=make_loss(losses)(ours),
    )
    expected = sentence_transformers.SentenceTransformerTrainer(
        theirs,
        arguments(
            sentence_transformers.SentenceTransformerTrainingArguments,
            tmp_path / "theirs",
            **options,
        ),
        data,
        loss=make_loss(reference)(theirs),
    )
    return curve(mine), curve(expected)


@pytest.mark.parametrize("case", CASES)
def test_the_curve_is_that_of_the_reference(case, ours, theirs, tmp_path):
    data, make_loss, options = CASES[case]
    mine, expected = both_curves(ours, theirs, data, make_loss, options, tmp_path)
    assert len(mine) == 20
    assert mine == pytest.approx(expected, rel=1e-4)


def test_the_curve_of_the_real_minilm_is_that_of_the_reference(real_minilm, tmp_path):
    ours = SentenceTransformer(real_minilm, device="cpu")
    theirs = sentence_transformers.SentenceTransformer(str(real_minilm), device="cpu")
    for model in (ours, theirs):
        for module in model.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
    data, make_loss, _ = CASES["MultipleNegativesRankingLoss"]
    mine, expected = both_curves(ours, theirs, data, make_loss, {}, tmp_path)
    assert mine == pytest.approx(expected, rel=1e-4)
