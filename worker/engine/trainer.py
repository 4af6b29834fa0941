"""The trainer: `transformers.Trainer`, taught to learn from columns of texts.

What a phase does lies in its own file: data/, samplers/, objective.py, optimizer.py, evaluation/,
checkpoints/. This file puts them into the places where `transformers` looks for them.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from accelerate.utils import broadcast_object_list
from datasets import Dataset
from torch import Tensor, nn
from torch.utils.data import DataLoader
from transformers import Trainer, TrainerCallback
from transformers.trainer_utils import EvalLoopOutput, TrainOutput

from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.card.recorder import Recorder
from worker.engine.checkpoints import folders, resuming, saving
from worker.engine.data.collator import ColumnCollator
from worker.engine.data.columns import split
from worker.engine.data.loading import loader
from worker.engine.evaluation import Evaluator, SequentialEvaluator
from worker.engine.losses import CoSENTLoss
from worker.engine.model import SentenceTransformer
from worker.engine.objective import Objective
from worker.engine.optimizer import parameter_groups
from worker.engine.samplers import EpochSampler
from worker.engine.samplers.choose import choose


class SentenceTransformerTrainer(Trainer):
    """Trains `model` with `loss` on the rows of `train_dataset`.

    `loss` is a module with forward(sentence_features, labels), or a function of the model that
    makes one; without it CoSENTLoss. `eval_dataset` (or several by name) gives the loss on unseen
    rows, `evaluator` (or several) their metrics, each under the prefix "eval_".
    Raises ColumnProblem where the columns can't be used, BrokenCheckpoint where a resume can't.
    """

    args: SentenceTransformerTrainingArguments
    model: SentenceTransformer
    objective: Objective
    train_sampler: EpochSampler | None = None

    def __init__(
        self,
        model: SentenceTransformer,
        args: SentenceTransformerTrainingArguments | None = None,
        train_dataset: Dataset | None = None,
        eval_dataset: Dataset | dict[str, Dataset] | None = None,
        loss: nn.Module | Callable[[SentenceTransformer], nn.Module] | None = None,
        evaluator: Evaluator | Sequence[Evaluator] | None = None,
        data_collator: Callable[[Any], dict[str, Any]] | None = None,
        callbacks: list[TrainerCallback] | None = None,
        optimizers: tuple[
            torch.optim.Optimizer | None, torch.optim.lr_scheduler.LambdaLR | None
        ] = (None, None),
        optimizer_cls_and_kwargs: tuple[type[torch.optim.Optimizer], dict[str, Any]] | None = None,
    ) -> None:
        args = args or SentenceTransformerTrainingArguments(output_dir="tmp_trainer")
        self.evaluator = _one(evaluator)
        if eval_dataset is None and self.evaluator is not None:
            eval_dataset = Dataset.from_dict({})  # no rows: there is only the evaluator to run
        for dataset in (train_dataset, *_each(eval_dataset)):
            if dataset is not None and len(dataset):
                split(dataset.column_names)
        super().__init__(
            model=model,
            args=args,
            data_collator=data_collator or ColumnCollator(model.preprocess, args.prompts),
            train_dataset=train_dataset,
            eval_dataset=eval_dataset,
            processing_class=model.tokenizer,
            callbacks=[Recorder(model.model_card_data), *(callbacks or [])],
            optimizers=optimizers,
            optimizer_cls_and_kwargs=optimizer_cls_and_kwargs,
        )
        self.loss = loss if isinstance(loss, nn.Module) else (loss or CoSENTLoss)(model)
        self.objective = Objective(model, self.loss).to(args.device)
        model.model_card_data.remember_training(self.loss, train_dataset, args)

    # ---- batches

    def get_train_dataloader(self) -> DataLoader[Any]:
        """Batches by `args.batch_sampler`, in an order that seed and epoch alone decide."""
        if self.train_dataset is None:
            raise ValueError("There is nothing to train on: give the trainer a train_dataset.")
        self.train_sampler = choose(self.train_dataset, self._train_batch_size, self.args)
        self.accelerator.even_batches = False  # no row twice for the sake of an even number
        return self._loader(self.train_dataset, batch_sampler=self.train_sampler)

    def get_eval_dataloader(self, eval_dataset: Any = None) -> DataLoader[Any]:
        """The rows of `eval_dataset` (or of that name) in their order."""
        named = self.eval_dataset if isinstance(self.eval_dataset, dict) else {}
        dataset = named[eval_dataset] if isinstance(eval_dataset, str) else eval_dataset
        self.accelerator.even_batches = True
        rows = self.eval_dataset if dataset is None else dataset
        return self._loader(rows, batch_size=self.args.eval_batch_size)

    def _loader(self, dataset: Any, **batching: Any) -> DataLoader[Any]:
        unprepared = loader(dataset, self.args, self.data_collator, **batching)
        prepared: DataLoader[Any] = self.accelerator.prepare(unprepared)
        return prepared

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
            self.model_wrapped = self.objective
        self.model = self.objective  # type: ignore[assignment]  # only until super() returns
        try:
            return super()._prepare_for_training(*args, **kwargs)  # type: ignore[no-untyped-call]  # transformers'
        finally:
            self.model = self.callback_handler.model = model

    def create_optimizer(self, model: Any = None) -> torch.optim.Optimizer:
        """The optimizer of `args`, with the learning rates of `learning_rate_mapping`."""
        module = self.objective if model is None else model
        if self.optimizer is None and self.args.learning_rates:
            kind, options = self.optimizer_cls_and_kwargs or self.get_optimizer_cls_and_kwargs(
                self.args,
                module,  # type: ignore[arg-type]  # any module will do, and does in super()
            )
            decayed = self.get_decay_parameter_names(module)
            rates = self.args.learning_rates
            groups = parameter_groups(module, decayed, self.args.weight_decay, rates)
            self.optimizer = kind(groups, **options)
        return super().create_optimizer(module)

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Tensor | int | None = None,
    ) -> Any:
        """The loss of a batch; where a loss has parts, their sum."""
        # Evaluation hands in the bare model, training the (wrapped) objective.
        value = (self.objective if model is self.model else model)(**inputs)
        total = torch.stack(list(value.values())).sum() if isinstance(value, dict) else value
        return (total, {}) if return_outputs else total

    def _clip_grad_norm(self, model: Any) -> Any:
        # The model's gradients alone, as users of Sentence Transformers know max_grad_norm.
        return super()._clip_grad_norm(self.model)  # type: ignore[no-untyped-call]  # transformers'

    # ---- evaluation

    def prediction_step(
        self,
        model: nn.Module,
        inputs: dict[str, Any],
        prediction_loss_only: bool,
        ignore_keys: list[str] | None = None,
    ) -> tuple[Tensor | None, None, None]:
        """The loss of a batch of unseen rows."""
        inputs = self._prepare_inputs(inputs)
        with torch.no_grad(), self.compute_loss_context_manager():
            loss: Tensor = self.compute_loss(model, inputs)
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
        was_training = self.objective.training
        self.objective.eval()  # the loss too, which may have dropout of its own
        output = super().evaluation_loop(
            dataloader, description, prediction_loss_only, ignore_keys, metric_key_prefix
        )
        self.objective.train(was_training)
        names = list(self.eval_dataset) if isinstance(self.eval_dataset, dict) else []
        prefix = metric_key_prefix.removesuffix(f"_{names[0]}") if names else metric_key_prefix
        is_first = not names or prefix != metric_key_prefix
        if self.evaluator is not None and is_first and output.metrics is not None:
            found = self._judge(self.evaluator)
            output.metrics.update({f"{prefix}_{key}": value for key, value in found.items()})
        return output

    def _judge(self, evaluator: Evaluator) -> dict[str, float]:
        """The evaluator's metrics, measured by the first process and told to all."""
        told: list[dict[str, float]] = [{}]
        if self.is_world_process_zero():
            folder = str(self.run_folder / "eval")
            told = [evaluator(self.model, folder, self.state.epoch or 0, self.state.global_step)]
        if self.args.world_size > 1:
            broadcast_object_list(told)
        return told[0]

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
        Raises ValueError if True finds none, BrokenCheckpoint if the path's isn't whole.
        """
        checkpoint = resuming.choose(resume_from_checkpoint, self.run_folder)
        return super().train(checkpoint, trial, ignore_keys_for_eval)

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        self.store_flos()
        saving.save(self)

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
        self.model.save_pretrained(output_dir or self.run_folder)

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        saving.load(self.objective, Path(resume_from_checkpoint))

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        super()._load_optimizer_and_scheduler(checkpoint)
        if checkpoint is not None:
            resuming.tell_differences(Path(checkpoint), saving.manifest_of(self))

    def _load_best_model(self) -> None:
        """Go on with the best checkpoint's weights. Raises BrokenCheckpoint if they are damaged."""
        best = Path(self.state.best_model_checkpoint or "")
        folders.demand_valid(best)
        saving.load(self.objective, best)


def _one(evaluator: Evaluator | Sequence[Evaluator] | None) -> Evaluator | None:
    if evaluator is None or isinstance(evaluator, Evaluator):
        return evaluator
    return SequentialEvaluator(evaluator)


def _each(datasets: Dataset | dict[str, Dataset] | None) -> list[Dataset]:
    if isinstance(datasets, dict):
        return list(datasets.values())
    return [] if datasets is None else [datasets]
