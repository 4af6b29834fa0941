"""The trainer: `transformers.Trainer`, taught to learn from columns of texts.

What a phase does lies in its own file: samplers/, data/collator.py, objective.py, optimizer.py,
checkpoints/, evaluation/. This file puts them into the places where the trainer looks for them.
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
from worker.engine.checkpoints import find_valid_checkpoint, folders, saving
from worker.engine.data.collator import ColumnCollator
from worker.engine.data.columns import split
from worker.engine.evaluation.base import Evaluator
from worker.engine.evaluation.sequential import SequentialEvaluator
from worker.engine.losses import CoSENTLoss
from worker.engine.model import SentenceTransformer
from worker.engine.objective import Objective
from worker.engine.optimizer import parameter_groups
from worker.engine.recorder import Recorder
from worker.engine.samplers import SAMPLERS, BatchSamplers, EpochSampler


class SentenceTransformerTrainer(Trainer):
    """Trains `model` with `loss` on the rows of `train_dataset`.

    `loss` is a module with forward(sentence_features, labels), or a function of the model that
    makes one; without it CoSENTLoss. `eval_dataset` (or several by name) gives the loss on unseen
    rows, `evaluator` (or several) their metrics, each under the prefix "eval_".
    Raises ColumnProblem where the columns can't be used, BrokenCheckpoint where a resume can't.
    """

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
        self.train_sampler: EpochSampler | None = None
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
        self.can_return_loss = True
        built = loss if isinstance(loss, nn.Module) else (loss or CoSENTLoss)(model)
        self.loss = built
        self.objective = Objective(model, built).to(args.device)
        model.model_card_data.remember_training(built, train_dataset, args)

    # ---- batches -------------------------------------------------------------------------------

    def get_train_dataloader(self) -> DataLoader[Any]:
        """Batches by `args.batch_sampler`; the order of an epoch depends on seed and epoch alone."""
        if self.train_dataset is None:
            raise ValueError("There is nothing to train on: give the trainer a train_dataset.")
        sampler = self._new_sampler(self.train_dataset)
        self.train_sampler = sampler
        self.accelerator.even_batches = False
        return self._prepared(self.train_dataset, batch_sampler=sampler)

    def get_eval_dataloader(self, eval_dataset: str | Dataset | None = None) -> DataLoader[Any]:
        """The rows of `eval_dataset` in their order."""
        if isinstance(eval_dataset, str):
            eval_dataset = self.eval_dataset[eval_dataset]
        dataset = self.eval_dataset if eval_dataset is None else eval_dataset
        self.accelerator.even_batches = True
        return self._prepared(dataset, batch_size=self.args.eval_batch_size)

    def _new_sampler(self, dataset: Dataset) -> EpochSampler:
        label = split(dataset.column_names).label
        options: dict[str, Any] = {
            "batch_size": self._train_batch_size,
            "drop_last": self.args.dataloader_drop_last,
            "seed": self.args.seed if self.args.data_seed is None else self.args.data_seed,
        }
        name = BatchSamplers(self.args.batch_sampler)
        if name is BatchSamplers.NO_DUPLICATES:
            options["valid_label_columns"] = [label] if label else []
        return SAMPLERS[name](dataset, **options)

    def _prepared(self, dataset: Dataset, **batching: Any) -> DataLoader[Any]:
        workers = self.args.dataloader_num_workers
        loader: DataLoader[Any] = DataLoader(
            dataset,
            **batching,
            collate_fn=self.data_collator,
            num_workers=workers,
            pin_memory=self.args.dataloader_pin_memory,
            persistent_workers=self.args.dataloader_persistent_workers,
            prefetch_factor=self.args.dataloader_prefetch_factor if workers else None,
            # Of its own, so that starting a loader draws nothing from the generator of dropout:
            # else a resumed run, which starts other loaders, would drop other neurons.
            generator=torch.Generator().manual_seed(self.args.seed),
        )
        prepared: DataLoader[Any] = self.accelerator.prepare(loader)
        return prepared

    def _run_epoch(self, *args: Any, epoch: int, **kwargs: Any) -> None:
        # On a resume the sampler is wrapped so often that the trainer's set_epoch misses it.
        if self.train_sampler is not None:
            self.train_sampler.set_epoch(epoch)
        super()._run_epoch(*args, epoch=epoch, **kwargs)

    # ---- one step ------------------------------------------------------------------------------

    def _prepare_for_training(self, *args: Any, **kwargs: Any) -> tuple[nn.Module, DataLoader[Any]]:
        """Let the optimizer and the wrapping for many devices see model and loss as one."""
        model = self.model
        if self.model_wrapped is model:
            self.model_wrapped = self.objective
        self.model = self.objective
        try:
            prepared: tuple[nn.Module, DataLoader[Any]] = super()._prepare_for_training(
                *args, **kwargs
            )
        finally:
            self.model = model
        self.callback_handler.model = model
        return prepared

    def create_optimizer(self, model: nn.Module | None = None) -> torch.optim.Optimizer:
        """The optimizer of `args`, with the learning rates of `learning_rate_mapping`."""
        module = model or self.objective
        if self.optimizer is None and self.args.learning_rates:
            kind, options = self.optimizer_cls_and_kwargs or self.get_optimizer_cls_and_kwargs(
                self.args, module
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

    def _clip_grad_norm(self, model: nn.Module) -> Any:
        # The model's gradients alone, as users of Sentence Transformers know max_grad_norm.
        return super()._clip_grad_norm(self.model)

    # ---- evaluation ----------------------------------------------------------------------------

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
            loss = self.compute_loss(model, inputs)
        return loss.detach().mean(), None, None

    def evaluation_loop(
        self,
        dataloader: DataLoader[Any],
        *args: Any,
        metric_key_prefix: str = "eval",
        **kwargs: Any,
    ) -> EvalLoopOutput:
        """The loss over `dataloader`, and once an evaluation the evaluator's metrics."""
        was_training = self.objective.loss.training
        self.objective.eval()  # a loss of two towers has dropout of its own
        output = super().evaluation_loop(
            dataloader, *args, metric_key_prefix=metric_key_prefix, **kwargs
        )
        self.objective.train(was_training)
        names = list(self.eval_dataset) if isinstance(self.eval_dataset, dict) else []
        first = f"eval_{names[0]}" if names else metric_key_prefix
        if self.evaluator is not None and metric_key_prefix == first:
            prefix = "eval" if names else metric_key_prefix
            output.metrics.update(
                {f"{prefix}_{k}": v for k, v in self._judge(self.evaluator).items()}
            )
        return output

    def _judge(self, evaluator: Evaluator) -> dict[str, float]:
        """The evaluator's metrics, measured by the first process and told to all."""
        told: list[dict[str, float]] = [{}]
        if self.is_world_process_zero():
            folder = Path(self.args.output_dir) / "eval"
            told = [
                evaluator(self.model, str(folder), self.state.epoch or 0, self.state.global_step)
            ]
        if self.args.world_size > 1:
            broadcast_object_list(told)
        return told[0]

    # ---- checkpoints ---------------------------------------------------------------------------

    def train(
        self, resume_from_checkpoint: str | Path | bool | None = None, **kwargs: Any
    ) -> TrainOutput:
        """Train. True resumes from the newest whole checkpoint, a path from that one.

        On the same machine the weights at the end are bit for bit those of a run never stopped.
        Raises BrokenCheckpoint, ValueError if True finds none.
        """
        if resume_from_checkpoint is True:
            resume_from_checkpoint = find_valid_checkpoint(self.args.output_dir)
            if resume_from_checkpoint is None:
                raise ValueError(
                    f"{self.args.output_dir} holds no whole checkpoint. Start anew with train()."
                )
        elif resume_from_checkpoint:
            folders.demand_valid(Path(resume_from_checkpoint))
        path = str(resume_from_checkpoint) if resume_from_checkpoint else None
        return super().train(resume_from_checkpoint=path, **kwargs)

    def _save_checkpoint(self, model: nn.Module, trial: Any) -> None:
        self.store_flos()
        saving.save(self)

    def _save(
        self, output_dir: str | None = None, state_dict: dict[str, Any] | None = None
    ) -> None:
        self.model.save_pretrained(output_dir or self.args.output_dir)

    def _load_from_checkpoint(
        self, resume_from_checkpoint: str, model: nn.Module | None = None
    ) -> None:
        saving.load(self.objective, Path(resume_from_checkpoint))

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
