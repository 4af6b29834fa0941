"""What may be given as model, loss, optimizer and callback, and that a search makes them anew."""

import json
import sys
from types import SimpleNamespace

import pytest
import torch
from torch import nn
from transformers import EarlyStoppingCallback, TrainerCallback, integrations
from transformers import trainer as theirs
from transformers.trainer_utils import BestRun, HPSearchBackend

from worker.engine import losses
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.evaluation import EmbeddingSimilarityEvaluator
from worker.engine.loss_log import LossLog
from worker.engine.loss_setting import make
from worker.engine.model import SentenceTransformer
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
def model_init(tiny_bert):
    made = []

    def init():
        made.append(SentenceTransformer(str(tiny_bert), device="cpu"))
        return made[-1]

    init.made = made
    return init


@pytest.mark.parametrize("kind", ["class", "dict of classes", "module"])
def test_each_training_begins_with_a_model_of_its_own(kind, model, model_init, pairs, tmp_path):
    loss = {
        "class": losses.MultipleNegativesRankingLoss,
        "dict of classes": {"x": losses.MultipleNegativesRankingLoss},
        "module": losses.MultipleNegativesRankingLoss(model),
    }[kind]
    data = {"x": pairs} if isinstance(loss, dict) else pairs
    trainer = SentenceTransformerTrainer(
        args=arguments(tmp_path), train_dataset=data, loss=loss, model_init=model_init
    )
    first = trainer.train().training_loss
    found = [trainer.model, trainer.goal.model]
    trained = trainer.loss["x"] if isinstance(trainer.loss, dict) else trainer.loss
    assert [*found, trained.model] == [model_init.made[-1]] * 3
    assert trainer.train().training_loss == first
    assert trainer.model is model_init.made[-1]
    assert trainer.model is not found[0]


def test_a_search_makes_model_and_loss_anew_for_each_trial(
    model_init, pairs, tmp_path, monkeypatch
):
    """hyperparameter_search of transformers, with a backend that tries a list."""
    rates = [1e-5, 1e-2]
    seen = []

    class Listed:
        default_hp_space = None

        @staticmethod
        def ensure_available():
            return None

        def run(self, trainer, n_trials, direction, **kwargs):
            for rate in rates[:n_trials]:
                trainer.objective = None
                trainer.train(trial={"learning_rate": rate})
                seen.append((trainer.args.learning_rate, trainer.objective, trainer.model))
            return BestRun("1", min(objective for _, objective, _ in seen), {})

    monkeypatch.setattr(integrations, "hp_params", lambda trial: trial)  # else asks for optuna
    monkeypatch.setitem(sys.modules, "wandb", SimpleNamespace(run=SimpleNamespace(id="1")))
    monkeypatch.setitem(theirs.ALL_HYPERPARAMETER_SEARCH_BACKENDS, HPSearchBackend.WANDB, Listed)
    trainer = SentenceTransformerTrainer(
        args=arguments(tmp_path, eval_strategy="steps", eval_steps=4),
        train_dataset=pairs,
        eval_dataset=pairs,
        loss=losses.MultipleNegativesRankingLoss,
        model_init=model_init,
    )
    best = trainer.hyperparameter_search(
        n_trials=2, backend="wandb", hp_space=lambda trial: trial, direction="minimize"
    )
    assert [rate for rate, _, _ in seen] == rates
    assert seen[0][1] != seen[1][1]
    assert seen[0][2] is not seen[1][2]
    assert best.objective == min(seen[0][1], seen[1][1])


def test_a_wrapped_loss_is_given_the_new_model_too(model, model_init):
    class Wrapper(nn.Module):
        def __init__(self, loss):
            super().__init__()
            self.loss = loss
            self.guide = model

    inner = losses.MultipleNegativesRankingLoss(model)
    new = model_init()
    wrapper = make(Wrapper(inner), new)
    assert inner.model is new
    assert wrapper.guide is model  # only what is called model is the model


def test_an_optimizer_of_ones_own_is_used(model, pairs, tmp_path):
    loss = losses.MultipleNegativesRankingLoss(model)
    own = torch.optim.SGD(model.parameters(), lr=0.5)
    schedule = torch.optim.lr_scheduler.LambdaLR(own, lambda step: 1.0)
    trainer = SentenceTransformerTrainer(
        model, arguments(tmp_path), pairs, loss=loss, optimizers=(own, schedule)
    )
    trainer.train()
    assert trainer.optimizer.optimizer is own
    assert trainer.state.log_history[0]["learning_rate"] == 0.5


def test_an_optimizer_class_of_ones_own_is_used(model, pairs, tmp_path):
    trainer = SentenceTransformerTrainer(
        model,
        arguments(tmp_path, learning_rate_mapping={"embeddings": 0.25}),
        pairs,
        loss=losses.MultipleNegativesRankingLoss(model),
        optimizer_cls_and_kwargs=(torch.optim.SGD, {"lr": 0.5, "momentum": 0.9}),
    )
    trainer.train()
    assert isinstance(trainer.optimizer.optimizer, torch.optim.SGD)
    assert {group["initial_lr"] for group in trainer.optimizer.param_groups} == {0.25, 0.5}


def test_a_tokenizer_may_be_given_by_its_old_name(model, pairs, tmp_path):
    options = {"loss": losses.MultipleNegativesRankingLoss(model)}
    trainer = SentenceTransformerTrainer(
        model, arguments(tmp_path), pairs, tokenizer=model.tokenizer, **options
    )
    assert trainer.processing_class is model.tokenizer
    again = SentenceTransformerTrainer(
        model, arguments(tmp_path), pairs, processing_class=model.tokenizer, **options
    )
    assert again.processing_class is model.tokenizer


def test_metrics_of_predictions_are_accepted_and_never_asked(model, pairs, tmp_path):
    trainer = SentenceTransformerTrainer(
        model,
        arguments(tmp_path),
        pairs,
        pairs,
        losses.MultipleNegativesRankingLoss(model),
        compute_metrics=lambda found: pytest.fail("asked"),
        preprocess_logits_for_metrics=lambda logits, labels: pytest.fail("asked"),
    )
    assert trainer.evaluate()["eval_loss"] > 0


def test_a_trainer_without_a_model_is_refused(tmp_path):
    with pytest.raises(RuntimeError, match="model_init"):
        SentenceTransformerTrainer(args=arguments(tmp_path))


def best_of(model, pairs, folder, metric, *, data=None, judged=True, **options):
    return SentenceTransformerTrainer(
        model,
        arguments(
            folder,
            **{
                "eval_strategy": "steps",
                "eval_steps": 2,
                "save_strategy": "steps",
                "save_steps": 2,
                "load_best_model_at_end": True,
                "metric_for_best_model": metric,
            }
            | options,
        ),
        pairs,
        data,
        losses.MultipleNegativesRankingLoss(model),
        EmbeddingSimilarityEvaluator(pairs["anchor"], pairs["positive"], range(44), name="dev")
        if judged
        else None,
        callbacks=[EarlyStoppingCallback(1)] if options.get("save_strategy") == "no" else None,
    )


@pytest.mark.parametrize(
    ("metric", "options", "names"),
    [
        ("dev_cosine", {}, "eval_dev_pearson_cosine, eval_dev_spearman_cosine"),
        ("loss", {}, "eval_dev_pearson_cosine"),
        ("eval_loss", {"judged": False, "many": True}, "eval_one_loss, eval_two_loss"),
        ("spearman", {"judged": False, "many": True}, "eval_one_loss, eval_two_loss"),
        (
            "spearman",
            {"save_strategy": "no", "load_best_model_at_end": False},
            "eval_dev_spearman_cosine",
        ),
    ],
)
def test_a_metric_that_no_evaluation_gives_is_told_before_the_first_step(
    metric, options, names, model, pairs, tmp_path
):
    data = {"one": pairs, "two": pairs} if options.pop("many", False) else None
    trainer = best_of(model, pairs, tmp_path, metric, data=data, **options)
    with pytest.raises(ValueError, match=f"metric_for_best_model is '{metric}'.*{names}"):
        trainer.train()
    assert trainer.state.global_step == 0


@pytest.mark.parametrize("metric", ["eval_dev_spearman_cosine", "dev_spearman_cosine"])
def test_a_metric_that_is_there_chooses_the_best(metric, model, pairs, tmp_path):
    trainer = best_of(model, pairs, tmp_path, metric)
    trainer.train()
    assert trainer.state.best_global_step in (2, 4)
    told = json.loads((tmp_path / "checkpoint-4" / "trainer_state.json").read_text())
    assert told["best_metric"] == trainer.state.best_metric


def test_the_project_of_a_tracker_is_named_unless_it_is(monkeypatch, model, pairs, tmp_path):
    from worker.engine import reporting

    class Tracker(TrainerCallback):
        pass

    monkeypatch.setattr(reporting, "PROJECTS", {Tracker: "TRACKER_PROJECT"})
    monkeypatch.delenv("TRACKER_PROJECT", raising=False)
    reporting.name_projects([Tracker()])
    assert reporting.os.environ["TRACKER_PROJECT"] == "likewise"
    monkeypatch.setenv("TRACKER_PROJECT", "mine")
    reporting.name_projects([Tracker()])
    assert reporting.os.environ["TRACKER_PROJECT"] == "mine"


def test_means_are_over_the_batches_that_had_the_part():
    log = LossLog(skip_nan=True)
    log.add({"a": torch.tensor(1.0), "b": torch.tensor(4.0)}, torch.tensor(5.0), "x")
    log.add({"a": torch.tensor(3.0)}, torch.tensor(3.0), "y")
    log.add({"a": torch.tensor(float("nan"))}, torch.tensor(float("nan")), None)
    assert log.means() == {"a": 2.0, "b": 4.0, "loss/x": 5.0, "loss/y": 3.0}
    assert log.means() == {}
