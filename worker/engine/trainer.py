"""The trainer: `transformers.Trainer`, taught to learn from columns of texts.

What a phase does lies in its own file; this one puts them where `transformers` looks for them.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader
from transformers import EvalPrediction, Trainer, TrainerCallback
from transformers.trainer_utils import EvalLoopOutput, TrainOutput

from worker.engine import best_metric, embedding_gradient, judging, reporting
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.card.recorder import Recorder
from worker.engine.checkpoints import folders, pushing, resuming, saving
from worker.engine.data import batching
from worker.engine.data.batching import Data
from worker.engine.data.checks import check_all, check_settings
from worker.engine.data.collator import SentenceTransformerDataCollator
from worker.engine.data.several import NamedDatasets
from worker.engine.evaluation import BaseEvaluator
from worker.engine.leaving import leave_at_exit
from worker.engine.loss_log import LossLog
from worker.engine.loss_setting import Losses, LossSetting, make
from worker.engine.model import SentenceTransformer
from worker.engine.objective import Objective
from worker.engine.optimizer import optimizer_of
from worker.engine.samplers import EpochSampler


class SentenceTransformerTrainer(Trainer):
    """Trains `model` with `loss` on the rows of `train_dataset`.

    Datasets are one, or several by name; a loss is a module with forward(sentence_features,
    labels), a class or function of the model that makes one, or such a thing for each dataset's
    name; without it CoSENTLoss. `eval_dataset` gives the loss on unseen rows, `evaluator` (or
    several) metrics, each under the prefix "eval_". `model_init` makes a model for each training,
    as a search over settings needs. `compute_metrics` has nothing to see: there are no predictions.
    Raises ColumnProblem where the rows don't fit the loss, BrokenCheckpoint where a resume can't.
    """

    args: SentenceTransformerTrainingArguments
    model: SentenceTransformer
    goal: Objective
    loss: Losses
    train_sampler: EpochSampler | None = None

    def __init__(
        self,
        model: SentenceTransformer | None = None,
        args: SentenceTransformerTrainingArguments | None = None,
        train_dataset: Data | None = None,
        eval_dataset: Data | None = None,
        loss: LossSetting = None,
        evaluator: BaseEvaluator | Sequence[BaseEvaluator] | None = None,
        data_collator: Callable[[Any], dict[str, Any]] | None = None,
        processing_class: Any = None,
        model_init: Callable[..., SentenceTransformer] | None = None,
        compute_metrics: Callable[[EvalPrediction], dict[str, float]] | None = None,
        callbacks: list[TrainerCallback] | None = None,
        optimizers: tuple[
            torch.optim.Optimizer | None, torch.optim.lr_scheduler.LambdaLR | None
        ] = (None, None),
        optimizer_cls_and_kwargs: tuple[type[torch.optim.Optimizer], dict[str, Any]] | None = None,
        preprocess_logits_for_metrics: Callable[[Tensor, Tensor], Tensor] | None = None,
        *,
        tokenizer: Any = None,
    ) -> None:
        self.loss_setting = loss
        self.has_own_collator = data_collator is not None
        self.evaluator = judging.one(evaluator)
        self.turn = judging.Turn()
        has_only_evaluator = eval_dataset is None and self.evaluator is not None
        super().__init__(
            model=None if model_init else model,
            args=args or SentenceTransformerTrainingArguments(output_dir="tmp_trainer"),
            data_collator=data_collator,
            train_dataset=train_dataset,
            eval_dataset=[] if has_only_evaluator else eval_dataset,  # which transformers asks for
            processing_class=processing_class or tokenizer or reporting.tokenizer_of(model),
            model_init=model_init,  # type: ignore[arg-type]  # any module that trains
            compute_metrics=compute_metrics,
            callbacks=callbacks,
            optimizers=optimizers,
            optimizer_cls_and_kwargs=optimizer_cls_and_kwargs,
            preprocess_logits_for_metrics=preprocess_logits_for_metrics,
        )
        self.eval_dataset = eval_dataset
        self.training_log = LossLog(self.args.logging_nan_inf_filter)
        self.evaluation_log = LossLog(self.args.logging_nan_inf_filter)
        reporting.name_projects(self.callback_handler.callbacks)
        self._aim_at(self.model)
        for kind, data in (("train", train_dataset), ("eval", eval_dataset)):
            check_all(kind, data, self.loss, batching.label_names_of(self.data_collator))
        check_settings(self.args, train_dataset, eval_dataset)
        reporting.tell_card(self, self.model.model_card_data)
        leave_at_exit()

    def _aim_at(self, model: SentenceTransformer) -> None:
        """Make all that holds the model anew: the loss, the collator, what the card is told."""
        self.loss = make(self.loss_setting, model)
        self.goal = Objective(model, self.loss)
        if self.place_model_on_device:
            self.goal.to(self.args.device)
        if not self.has_own_collator:
            self.data_collator = SentenceTransformerDataCollator.for_model(model, self.args)
        self.pop_callback(Recorder)
        self.add_callback(Recorder(model.model_card_data, self.callback_handler.callbacks))

    def call_model_init(self, trial: Any = None) -> SentenceTransformer:
        """A new model, and the loss for it."""
        model: SentenceTransformer = super().call_model_init(trial)  # type: ignore[assignment]  # as above
        if hasattr(self, "goal"):  # not while `transformers` makes the first one
            self._aim_at(model)
            reporting.tell_card(self, model.model_card_data)
        return model

    # ---- batches

    def get_train_dataloader(self) -> DataLoader[Any]:
        """Batches by `args.batch_sampler`, in an order that seed and epoch alone decide."""
        if self.train_dataset is None:
            raise ValueError("There is nothing to train on: give the trainer a train_dataset.")
        loader, self.train_sampler = batching.of_training(
            self.train_dataset, self._train_batch_size, self.args, self.data_collator
        )
        return loader

    def get_eval_dataloader(self, eval_dataset: Any = None) -> DataLoader[Any]:
        """The same batches of `eval_dataset` (or of that name) at every evaluation."""
        data = self.eval_dataset if eval_dataset is None else eval_dataset
        if isinstance(data, str):
            data = NamedDatasets({data: self.eval_dataset[data]})  # type: ignore[index]  # a dict
        return batching.of_evaluation(data, self.args, self.data_collator)

    def get_test_dataloader(self, test_dataset: Any) -> DataLoader[Any]:
        return self.get_eval_dataloader(test_dataset)

    def _run_epoch(self, model: Any, epoch: Any, *args: Any, **kwargs: Any) -> Any:
        # On a resume the sampler is wrapped so often that the trainer's set_epoch misses it.
        if self.train_sampler is not None:
            self.train_sampler.set_epoch(epoch)
        return super()._run_epoch(model, epoch, *args, **kwargs)  # type: ignore[no-untyped-call]  # transformers'

    # ---- one step

    def _prepare_for_training(self, *args: Any, **kwargs: Any) -> Any:
        """Let the optimizer and the wrapping for many devices see model and loss as one."""
        model = self.model
        if self.model_wrapped is model:
            self.model_wrapped = self.goal
        self.model = self.goal  # type: ignore[assignment]  # only until super() returns
        try:
            return super()._prepare_for_training(*args, **kwargs)  # type: ignore[no-untyped-call]  # transformers'
        finally:
            self.model = self.callback_handler.model = model

    def create_optimizer(self, model: Any = None) -> torch.optim.Optimizer:
        """The optimizer of `args`, with the learning rates of `learning_rate_mapping`."""
        module = self.goal if model is None else model
        if self.optimizer is None and self.args.learning_rates:
            self.optimizer = optimizer_of(self, module)
        return super().create_optimizer(module)

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Tensor | int | None = None,
    ) -> Any:
        """The loss of a batch; where a loss has parts, their sum, and each is logged."""
        # Evaluation hands in the bare model, training the (wrapped) objective.
        value = (self.goal if model is self.model else model)(**inputs)
        total = torch.stack(list(value.values())).sum() if isinstance(value, dict) else value
        if self.goal.training:
            self.training_log.add(value, total, inputs.get("dataset_name"))
        else:
            self.evaluation_log.add(value, total, None)  # it is logged for each dataset anyhow
        return (total, {}) if return_outputs else total

    def _clip_grad_norm(self, model: Any) -> Any:
        # The model's gradients alone, as users of Sentence Transformers know max_grad_norm.
        return super()._clip_grad_norm(self.model)  # type: ignore[no-untyped-call]  # transformers'

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Log, and with the training's loss its parts and the loss on each dataset."""
        if "loss" in logs:
            logs |= self.training_log.means()
        super().log(logs, start_time)

    # ---- evaluation

    def evaluate(
        self,
        eval_dataset: Any = None,
        ignore_keys: list[str] | None = None,
        metric_key_prefix: str = "eval",
    ) -> dict[str, float]:
        """The loss on unseen rows and the evaluator's metrics, each under the prefix."""
        if isinstance(eval_dataset, dict):
            eval_dataset = {n: NamedDatasets({n: rows}) for n, rows in eval_dataset.items()}
        with self.turn.of(metric_key_prefix):
            return super().evaluate(eval_dataset, ignore_keys, metric_key_prefix)

    def prediction_step(
        self,
        model: Any,
        inputs: dict[str, Any],
        prediction_loss_only: bool,
        ignore_keys: list[str] | None = None,
    ) -> tuple[Tensor | None, None, None]:
        """The loss of a batch of unseen rows."""
        inputs = self._prepare_inputs(inputs)
        with torch.no_grad(), self.compute_loss_context_manager():
            loss: Tensor = self.compute_loss(self.model, inputs)
        return loss.detach().mean(), None, None

    def evaluation_loop(
        self,
        dataloader: DataLoader[Any],
        description: str,
        prediction_loss_only: bool | None = None,
        ignore_keys: list[str] | None = None,
        metric_key_prefix: str = "eval",
    ) -> EvalLoopOutput:
        """The loss over `dataloader`, and once an evaluation the evaluator's metrics."""
        was_training = self.goal.training
        self.goal.eval()  # the loss too, which may have dropout of its own
        output = super().evaluation_loop(
            dataloader, description, prediction_loss_only, ignore_keys, metric_key_prefix
        )
        found = judging.found(self, metric_key_prefix)
        self.goal.train(was_training)
        return output._replace(metrics=(output.metrics or {}) | found)

    # ---- checkpoints

    @property
    def run_folder(self) -> Path:
        return Path(self.args.output_dir or "")

    def train(
        self,
        resume_from_checkpoint: str | Path | bool | None = None,
        trial: Any = None,
        ignore_keys_for_eval: list[str] | None = None,
    ) -> TrainOutput:
        """Train. True resumes from the newest whole checkpoint, a path from that one.

        On the same machine the weights at the end are bit for bit those of a run never stopped.
        Raises ValueError if True finds none, or for a metric_for_best_model that no evaluation
        gives; BrokenCheckpoint if the path's isn't whole.
        """
        checkpoint = resuming.choose(resume_from_checkpoint, self.run_folder)
        if checkpoint is None:
            best_metric.check(self)
        if self.args.world_size > 1 or self.args.n_gpu > 1:
            return super().train(checkpoint, trial, ignore_keys_for_eval)
        with embedding_gradient.kept(self.goal):
            return super().train(checkpoint, trial, ignore_keys_for_eval)

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        self.store_flos()
        place = saving.save(self, Path(self._get_output_dir(trial)))
        if self.args.push_to_hub:
            pushing.push(self, place)

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
        self.model.save_pretrained(str(output_dir or self.run_folder))

    def push_to_hub(
        self,
        commit_message: str | None = "End of training",
        blocking: bool = True,
        token: str | None = None,
        revision: str | None = None,
        private: bool | None = None,
        **_: Any,
    ) -> Any:
        """Save the model and send it to the Hub; gives the commit, or a Future of it."""
        return pushing.push_run(self, commit_message, blocking, token, revision, private)

    def create_model_card(self, *args: Any, **kwargs: Any) -> None:
        """The card is written with the model; there is no other."""

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        saving.load(self.goal, Path(resume_from_checkpoint))

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        super()._load_optimizer_and_scheduler(checkpoint)
        if checkpoint is not None:
            resuming.tell_differences(Path(checkpoint), saving.manifest_of(self))

    def _load_best_model(self) -> None:
        """Go on with the best checkpoint's weights. Raises BrokenCheckpoint if they are damaged."""
        best = Path(self.state.best_model_checkpoint or "")
        folders.demand_valid(best)
        saving.load(self.goal, best)
