"""What a training measures, logs and obeys."""

import json

import pytest
import torch
from torch import nn
from transformers import EarlyStoppingCallback, TrainerCallback

from worker.engine import losses
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.encoder import Apart
from worker.engine.evaluation import EmbeddingSimilarityEvaluator, TripletEvaluator
from worker.engine.samplers import BatchSamplers
from worker.engine.trainer import SentenceTransformerTrainer


def arguments(folder, **options):
    defaults = {
        "max_steps": 4,
        "per_device_train_batch_size": 8,
        "save_strategy": "no",
        "report_to": "none",
        "disable_tqdm": True,
        "use_cpu": True,
        "logging_steps": 2,
    }
    return SentenceTransformerTrainingArguments(str(folder), **(defaults | options))


@pytest.fixture
def evaluator(pairs):
    return EmbeddingSimilarityEvaluator(pairs["anchor"], pairs["positive"], range(44), name="dev")


def keys(trainer):
    return {key for line in trainer.state.log_history for key in line}


def test_without_rows_to_evaluate_the_evaluator_alone_is_logged(model, pairs, evaluator, tmp_path):
    args = arguments(tmp_path, eval_strategy="steps", eval_steps=2)
    trainer = SentenceTransformerTrainer(
        model, args, pairs, loss=losses.MultipleNegativesRankingLoss, evaluator=evaluator
    )
    trainer.train()
    assert "eval_dev_spearman_cosine" in keys(trainer)
    assert "eval_loss" not in keys(trainer)
    assert (tmp_path / "eval" / "similarity_evaluation_dev_results.csv").is_file()


def test_loss_on_unseen_rows_and_several_evaluators_are_logged(model, pairs, evaluator, tmp_path):
    args = arguments(tmp_path, eval_strategy="steps", eval_steps=2)
    trainer = SentenceTransformerTrainer(
        model,
        args,
        pairs,
        eval_dataset={"one": pairs, "two": pairs},
        loss=losses.MultipleNegativesRankingLoss(model),
        evaluator=[evaluator, TripletEvaluator(*[pairs["anchor"]] * 3)],
    )
    trainer.train()
    expected = {"eval_one_loss", "eval_two_loss", "eval_dev_spearman_cosine"}
    assert expected | {"eval_cosine_accuracy", "eval_sequential_score"} <= keys(trainer)


def test_the_loss_on_unseen_rows_is_the_loss_without_dropout(model, pairs, tmp_path):
    trainer = SentenceTransformerTrainer(
        model,
        arguments(tmp_path, per_device_eval_batch_size=44),
        eval_dataset=pairs,
        loss=losses.MultipleNegativesRankingLoss(model),
    )
    model.eval()
    columns = [model.tokenize(pairs[name]) for name in ("anchor", "positive")]
    expected = losses.MultipleNegativesRankingLoss(model)(columns)
    assert trainer.evaluate()["eval_loss"] == pytest.approx(expected.item(), rel=1e-6)


def test_callbacks_of_transformers_work(model, pairs, evaluator, tmp_path):
    class Seen(TrainerCallback):
        losses = ()
        model = None

        def on_log(self, args, state, control, logs, model, **kwargs):
            self.losses += (logs["loss"],) if "loss" in logs else ()
            self.model = model

    seen = Seen()
    args = arguments(
        tmp_path,
        max_steps=40,
        learning_rate=0.0,  # nothing changes, so nothing gets better
        eval_strategy="steps",
        eval_steps=2,
        save_strategy="steps",
        save_steps=2,
        save_total_limit=1,
        load_best_model_at_end=True,
        metric_for_best_model="dev_spearman_cosine",
    )
    trainer = SentenceTransformerTrainer(
        model,
        args,
        pairs,
        loss=losses.MultipleNegativesRankingLoss(model),
        evaluator=evaluator,
        callbacks=[seen, EarlyStoppingCallback(2)],
    )
    trainer.train()
    assert trainer.state.global_step == 6
    assert len(seen.losses) == 3
    assert seen.model is model


def test_a_loss_of_parts_is_their_sum(model, pairs, tmp_path):
    class Parts(losses.Loss):
        def compute(self, embeddings, labels):
            return {"one": embeddings[0].sum() * 0 + 2, "two": embeddings[1].sum() * 0 + 3}

    args = arguments(tmp_path, logging_steps=1)
    trainer = SentenceTransformerTrainer(model, args, pairs, loss=Parts(model))
    trainer.train()
    assert trainer.state.log_history[0]["loss"] == pytest.approx(5.0)


def test_a_module_of_ones_own_trains(model, pairs, tmp_path):
    class Own(nn.Module):
        def __init__(self, model):
            super().__init__()
            self.model = model

        def forward(self, sentence_features, labels):
            a, b = Apart()(self.model, sentence_features)
            return ((a - b) ** 2).mean()

    args = arguments(tmp_path, max_steps=20, learning_rate=1e-2, logging_steps=1)
    trainer = SentenceTransformerTrainer(model, args, pairs, loss=Own)
    trainer.train()
    log = [line["loss"] for line in trainer.state.log_history if "loss" in line]
    assert log[-1] < log[0] / 2


def test_the_weights_of_a_loss_are_trained_and_cleared(model, classes, tmp_path):
    loss = losses.SoftmaxLoss(model, 32, 3)
    before = loss.classifier.weight.detach().clone()
    trainer = SentenceTransformerTrainer(model, arguments(tmp_path), classes, loss=loss)
    trainer.train()
    assert not torch.equal(loss.classifier.weight, before)
    assert loss.classifier.weight.grad is None


def test_a_learning_rate_for_no_weight_is_told(model, pairs, tmp_path):
    args = arguments(tmp_path, learning_rate_mapping={"emmbeddings": 1e-3})
    trainer = SentenceTransformerTrainer(
        model, args, pairs, loss=losses.MultipleNegativesRankingLoss(model)
    )
    with pytest.raises(ValueError, match="no weight's name matches 'emmbeddings'"):
        trainer.train()


def test_arguments_take_names_json_and_the_old_warmup(tmp_path):
    args = arguments(
        tmp_path,
        batch_sampler="no_duplicates",
        learning_rate_mapping=json.dumps({"classifier": 0.1}),
        prompts='{"a": "query: "}',
        warmup_ratio=0.1,
    )
    assert args.batch_sampler is BatchSamplers.NO_DUPLICATES
    assert args.learning_rates == {"classifier": 0.1}
    assert args.prompts == {"a": "query: "}
    assert args.get_warmup_steps(200) == 20
    assert arguments(tmp_path, prompts="query: ").prompts == "query: "
    with pytest.raises(ValueError, match="no_dupes"):
        arguments(tmp_path, batch_sampler="no_dupes")


def test_the_argument_that_was_changed_is_told_and_no_other(tmp_path):
    changed = arguments(tmp_path, learning_rate=1e-3).changed()
    assert changed["learning_rate"] == 1e-3
    assert "weight_decay" not in changed
