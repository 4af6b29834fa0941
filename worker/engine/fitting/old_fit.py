"""`old_fit`: the loop that trained before 3.0."""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR
from tqdm.auto import trange  # type: ignore[import-untyped]  # ships no types

from worker.engine.devices import batch_to_device
from worker.engine.fitting.optimizing import DEFAULT_OPTIMIZER_PARAMS, optimizer_of, schedule
from worker.engine.fitting.watching import Evaluate, Tell, Watch

if TYPE_CHECKING:
    from worker.engine.model import SentenceTransformer

AT_AN_EPOCHS_END = -1  # what evaluator and callback are told as the step then


def old_fit(
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
) -> None:
    """Train with each (DataLoader of InputExamples, loss) in turn, in the loop of before 3.0.

    As `fit`, except: every loss has an optimizer of its own; batches are those of the DataLoader;
    `steps_per_epoch` (default: the shortest loader's) is heeded, and a loader that ends begins
    again; on a graphics card `use_amp` scales losses. Checkpoints are models in
    `checkpoint_path`/<step>; one can't resume from them.
    """
    device = self.device
    objectives = [
        _Objective.of(self, loader, loss, optimizer_class, optimizer_params, weight_decay)
        for loader, loss in train_objectives
    ]
    steps_per_epoch = steps_per_epoch or min(len(o.loader) for o in objectives)
    for objective in objectives:
        objective.schedule = schedule(
            scheduler, objective.optimizer, warmup_steps, steps_per_epoch * epochs
        )
    scaler = torch.amp.GradScaler(device.type, enabled=use_amp)
    watch = Watch(self, evaluator, output_path, save_best_model, callback)
    step = 0
    for epoch in trange(epochs, desc="Epoch", disable=not show_progress_bar):
        for step_of_epoch in trange(1, steps_per_epoch + 1, disable=not show_progress_bar):
            for objective in objectives:
                objective.step(device, scaler, max_grad_norm)
            step += 1
            if evaluation_steps > 0 and step_of_epoch % evaluation_steps == 0:
                watch.look(epoch, step_of_epoch)
            if checkpoint_path and checkpoint_save_steps and step % checkpoint_save_steps == 0:
                _save(self, checkpoint_path, step, checkpoint_save_total_limit)
        watch.look(epoch, AT_AN_EPOCHS_END)
    watch.end()
    if checkpoint_path:
        _save(self, checkpoint_path, step, checkpoint_save_total_limit)


@dataclass
class _Objective:
    """One loader with its loss, the optimizer of that loss's weights, and where it stands."""

    loader: Any
    loss: nn.Module
    optimizer: Optimizer
    schedule: LambdaLR | None = None
    batches: Iterator[Any] = field(default_factory=lambda: iter(()))

    @classmethod
    def of(
        cls,
        model: "SentenceTransformer",
        loader: Any,
        loss: nn.Module,
        kind: type[Optimizer],
        params: Mapping[str, Any],
        weight_decay: float,
    ) -> "_Objective":
        loader.collate_fn = model.smart_batching_collate
        loss.to(model.device)
        return cls(loader, loss, optimizer_of(loss, kind, params, weight_decay))

    def step(
        self, device: torch.device, scaler: torch.amp.GradScaler, max_grad_norm: float
    ) -> None:
        """Learn from the next batch."""
        self.loss.train()
        features, labels = self._next()
        features = [batch_to_device(column, device) for column in features]
        with torch.autocast(device.type, enabled=scaler.is_enabled()):
            value: Tensor = self.loss(features, labels.to(device))
        scaler.scale(value).backward()  # type: ignore[no-untyped-call]  # torch's
        scaler.unscale_(self.optimizer)
        nn.utils.clip_grad_norm_(self.loss.parameters(), max_grad_norm)
        scale = scaler.get_scale()
        scaler.step(self.optimizer)
        scaler.update()
        self.optimizer.zero_grad()
        was_skipped = scaler.get_scale() < scale  # 16 bits overflowed: this batch taught nothing
        if self.schedule is not None and not was_skipped:
            self.schedule.step()

    def _next(self) -> Any:
        for _ in range(2):
            for batch in self.batches:
                return batch
            self.batches = iter(self.loader)
        raise ValueError("A DataLoader has no batches: fewer examples than batch_size?")


def _save(model: "SentenceTransformer", folder: str, step: int, keep: int) -> None:
    model.save_pretrained(Path(folder, str(step)))
    saved = sorted(
        (path for path in Path(folder).iterdir() if path.name.isdigit()),
        key=lambda path: int(path.name),
    )
    for old in saved[:-keep] if keep > 0 else ():
        shutil.rmtree(old)
