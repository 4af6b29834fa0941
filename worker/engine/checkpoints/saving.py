"""Writing a checkpoint: all of it beside its place, then one rename."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors.torch import load_file, save_file
from transformers.trainer import TRAINER_STATE_NAME
from transformers.trainer_callback import ExportableState

from worker.engine.checkpoints import folders
from worker.engine.checkpoints.manifest import Manifest, write
from worker.engine.model import SentenceTransformer
from worker.engine.objective import Objective

if TYPE_CHECKING:
    from worker.engine.trainer import SentenceTransformerTrainer

OURS = "worker.engine.model.modules."
WEIGHTS_FILE = "weights.safetensors"
"""Weights that the model's own files don't give back: the loss's, and at need the model's."""


def save(trainer: "SentenceTransformerTrainer", run_folder: Path) -> Path:
    """Write the checkpoint of the present step; every process of the training calls this.

    Holds the model, the loss's own weights, optimizer, scheduler, random states of each process,
    the trainer's state, and the manifest. A crash on the way leaves the checkpoints before it.
    """
    place = folders.place_of(run_folder, trainer.state.global_step)
    part = folders.part_of(run_folder, trainer.state.global_step)
    _remember_best(trainer, run_folder)
    if trainer.args.should_save:
        shutil.rmtree(part, ignore_errors=True)
        trainer.save_model(str(part), _internal_call=True)
    trainer.accelerator.wait_for_everyone()  # the folder is there before others write into it
    if not trainer.args.save_only_model:
        trainer._save_optimizer_and_scheduler(str(part))
        trainer._save_scaler(str(part))
        trainer._save_rng_state(str(part))
    trainer.accelerator.wait_for_everyone()  # and all of it before it counts as whole
    if trainer.args.should_save:
        _save_weights(trainer.goal, part)
        _save_state(trainer, part)
        write(part, manifest_of(trainer))
        folders.finish(part, place)
        if trainer.args.save_total_limit:
            best = trainer.state.best_model_checkpoint
            keep = trainer.args.save_total_limit
            folders.discard_old(run_folder, keep, Path(best) if best else None)
    trainer.accelerator.wait_for_everyone()
    return place


def load(goal: Objective, folder: Path) -> None:
    """Put the weights of model and loss back as `folder` holds them, in place.

    A model that can't be made from the folder alone (one with an adapter, or a module of a
    person's own) keeps what it is, and gets back what training had changed.
    """
    file = folder / WEIGHTS_FILE
    weights = load_file(file) if file.is_file() else {}
    models = _named(weights, "model.")
    if models:
        goal.model.load_state_dict(models, strict=False)
    else:
        saved = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        goal.model.load_state_dict(saved.state_dict())
    goal.load_loss_weights(_named(weights, "loss."))


def _save_weights(goal: Objective, part: Path) -> None:
    weights = {f"loss.{name}": w for name, w in goal.loss_weights().items()}
    if not _stands_alone(goal.model, part):
        weights |= {f"model.{name}": w for name, w in goal.model_weights().items()}
    if weights:
        save_file({n: w.contiguous() for n, w in weights.items()}, part / WEIGHTS_FILE)


def _stands_alone(model: SentenceTransformer, part: Path) -> bool:
    """Whether the model can be made from `part` alone."""
    has_adapter = any(part.rglob("adapter_config.json"))
    return not has_adapter and all(type(m).__module__.startswith(OURS) for m in model)


def _named(weights: dict[str, Any], start: str) -> dict[str, Any]:
    return {n.removeprefix(start): w for n, w in weights.items() if n.startswith(start)}


def _save_state(trainer: "SentenceTransformerTrainer", part: Path) -> None:
    """trainer_state.json with the state of every callback that has one."""
    stateful: dict[str, list[Any]] = {}
    for callback in [*trainer.callback_handler.callbacks, trainer.control]:
        if isinstance(callback, ExportableState):
            stateful.setdefault(type(callback).__name__, []).append(callback.state())
    states: Any = {name: s[0] if len(s) == 1 else s for name, s in stateful.items()}
    trainer.state.stateful_callbacks = states
    trainer.state.save_to_json(str(part / TRAINER_STATE_NAME))


def _remember_best(trainer: "SentenceTransformerTrainer", run_folder: Path) -> None:
    """Say where the best checkpoint stands, or will stand once this one is finished."""
    step = trainer.state.best_global_step
    if step:
        place = folders.place_of(run_folder, step)
        if step == trainer.state.global_step or place.is_dir():
            trainer.state.best_model_checkpoint = str(place)


def manifest_of(trainer: "SentenceTransformerTrainer") -> Manifest:
    """What a checkpoint of the present step says about itself, but for its files."""
    sampler = trainer.train_sampler
    return Manifest(
        step=trainer.state.global_step,
        epoch=trainer.state.epoch or 0.0,
        seed=trainer.args.seed,
        batch_size=trainer.args.train_batch_size,
        world_size=trainer.args.world_size,
        order_sha256=sampler.order_sha256 if sampler else None,
    )
