"""`fit`: a script from before 3.0, trained by today's trainer."""

import logging
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.optim import Optimizer

from worker.engine.checkpoints.folders import find_valid_checkpoint
from worker.engine.devices import get_device_name
from worker.engine.fitting.optimizing import DEFAULT_OPTIMIZER_PARAMS, optimizer_of, schedule
from worker.engine.fitting.watching import Evaluate, Tell, Watch

if TYPE_CHECKING:
    from worker.engine.model import SentenceTransformer

log = logging.getLogger(__name__)


def fit(
    self: "SentenceTransformer",
    train_objectives: Iterable[tuple[Any, nn.Module]],
    evaluator: Evaluate | None = None,
    epochs: int = 1,
    steps_per_epoch: int | None = None,
    scheduler: str = "WarmupLinear",
    warmup_steps: int = 10000,
    optimizer_class: type[Optimizer] = torch.optim.AdamW,
    optimizer_params: Mapping[str, Any] = DEFAULT_OPTIMIZER_PARAMS,
    weight_decay: float = 0.01,
    evaluation_steps: int = 0,
    output_path: str | None = None,
    save_best_model: bool = True,
    max_grad_norm: float = 1,
    use_amp: bool = False,
    callback: Tell | None = None,
    show_progress_bar: bool = True,
    checkpoint_path: str | None = None,
    checkpoint_save_steps: int = 500,
    checkpoint_save_total_limit: int = 0,
    resume_from_checkpoint: bool = False,
) -> None:
    """Train with each (DataLoader of InputExamples, loss) in turn, as scripts before 3.0 do.

    A batch of each, round and round until the shortest is through, `epochs` times. With one epoch
    `steps_per_epoch` is the number of steps; with more it is not heeded. `scheduler` is
    one of constantlr, warmupconstant, warmuplinear, warmupcosine, warmupcosinewithhardrestarts.
    The evaluator judges after each epoch and every `evaluation_steps`, tells `callback` score,
    epoch and steps, and the best model is kept in `output_path`; without one, the last.
    Checkpoints go to `checkpoint_path`, the newest `checkpoint_save_total_limit` of them stay
    (0: all), and `resume_from_checkpoint` goes on from the newest whole one, if there is one.
    `use_amp` computes in 16 bits where that is safe.
    Raises ColumnProblem or ValueError for examples that a loss can't use.
    """
    # Whoever only loads a model needs none of these, and they take seconds to import.
    from worker.engine.arguments import SentenceTransformerTrainingArguments
    from worker.engine.fitting.loaders import batch_sampler_of, batch_size_of, columns_of
    from worker.engine.fitting.watching_trainer import WatchingCallback
    from worker.engine.trainer import SentenceTransformerTrainer

    loaders, losses = zip(*train_objectives, strict=True)
    datasets = {f"_dataset_{n}": columns_of(loader) for n, loader in enumerate(loaders, 1)}
    batch_size = batch_size_of(loaders[-1])
    if steps_per_epoch and epochs > 1:
        log.warning("With more than one epoch, steps_per_epoch isn't heeded: all rows are used.")
    max_steps = steps_per_epoch if steps_per_epoch and epochs == 1 else -1
    rounds = epochs * min(len(rows) // batch_size for rows in datasets.values())
    with ExitStack() as stack:
        place = checkpoint_path or output_path or stack.enter_context(TemporaryDirectory())
        arguments = SentenceTransformerTrainingArguments(
            output_dir=place,
            batch_sampler=batch_sampler_of(loaders),
            multi_dataset_batch_sampler="round_robin",
            per_device_train_batch_size=batch_size,
            num_train_epochs=epochs,
            max_steps=max_steps,
            max_grad_norm=max_grad_norm,
            use_cpu=get_device_name() == "cpu",  # or 16 bits are thought to need a graphics card
            fp16=use_amp and torch.cuda.is_available(),
            bf16=use_amp and not torch.cuda.is_available(),
            disable_tqdm=not show_progress_bar,
            save_strategy="no" if checkpoint_path is None else "steps",
            save_steps=checkpoint_save_steps,
            save_total_limit=checkpoint_save_total_limit or None,
        )
        self.to(arguments.device)
        both = nn.ModuleDict({"model": self, **dict(zip(datasets, losses, strict=True))})
        optimizer = optimizer_of(both, optimizer_class, optimizer_params, weight_decay)
        steps = max_steps if max_steps > 0 else rounds * len(losses)
        watch = Watch(self, evaluator, output_path, save_best_model, callback)
        trainer = SentenceTransformerTrainer(
            model=self,
            args=arguments,
            train_dataset=datasets,
            loss=dict(zip(datasets, losses, strict=True)),
            optimizers=(optimizer, schedule(scheduler, optimizer, warmup_steps, steps)),
        )
        trainer.add_callback(WatchingCallback(watch, trainer, evaluation_steps))
        trainer.train(resume_from_checkpoint=_newest(checkpoint_path, resume_from_checkpoint))
        watch.end()


def _newest(folder: str | None, wanted: bool) -> Path | None:
    if not wanted or folder is None:
        return None
    found = find_valid_checkpoint(folder)
    if found is None:
        log.warning("%s holds no whole checkpoint; the training begins anew.", folder)
    return found
