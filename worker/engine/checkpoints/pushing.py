"""A training on its way to the Hub: the model at its end, or with each checkpoint.

What leaves is the model in its full layout, its card with it. Optimizer, random states and the
loss's own weights leave only where `hub_strategy` asks for checkpoints.
"""

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huggingface_hub import CommitInfo, CommitOperationAdd, HfApi
from transformers.trainer import TRAINER_STATE_NAME
from transformers.trainer_utils import HubStrategy
from transformers.utils.hub import PushInProgress

from worker.engine.checkpoints.manifest import MANIFEST
from worker.engine.checkpoints.saving import WEIGHTS_FILE
from worker.engine.model.pushing import advised, checked

if TYPE_CHECKING:
    from worker.engine.trainer import SentenceTransformerTrainer

log = logging.getLogger(__name__)

MODEL_SUFFIXES = frozenset({".json", ".safetensors", ".md", ".txt", ".model", ".jinja"})
"""Of the files that a model is made of; states of a training are pickles or named below."""

NOT_THE_MODEL = frozenset({TRAINER_STATE_NAME, MANIFEST, WEIGHTS_FILE})
NOT_THE_MODELS_FOLDERS = ("checkpoint-", "_", ".", "eval", "runs")

PLACES = {HubStrategy.CHECKPOINT: "last-checkpoint", HubStrategy.ALL_CHECKPOINTS: "{name}"}
"""Where in the repository the whole checkpoint goes, by strategies that send it."""


def push(trainer: "SentenceTransformerTrainer", checkpoint: Path) -> None:
    """Send what `hub_strategy` asks for of `checkpoint`, in one commit, while training goes on.

    Unless `hub_always_push`, nothing is sent while the last commit is still on its way. Only the
    first process sends. A push that fails is logged.
    """
    args = trainer.args
    if not trainer.is_world_process_zero() or args.hub_strategy == HubStrategy.END:
        return
    last: Any = trainer.push_in_progress
    under_way: list[Any] = [] if last is None or last.is_done() else last.jobs
    if under_way and not args.hub_always_push:
        return
    trainer.callback_handler.on_push_begin(args, trainer.state, trainer.control)
    kept = Path(tempfile.mkdtemp(prefix="_push-", dir=trainer.run_folder))
    shutil.copytree(checkpoint, kept, copy_function=_link, dirs_exist_ok=True)
    operations = list(_additions(kept, model_files(kept)))
    if place := PLACES.get(HubStrategy(args.hub_strategy)):
        place = place.format(name=checkpoint.name)
        every = [path for path in sorted(kept.rglob("*")) if path.is_file()]
        operations += _additions(kept, every, f"{place}/")
    message = f"Training in progress, step {trainer.state.global_step}"
    commit = _commit(trainer, operations, message)
    commit.add_done_callback(lambda done: _ended(done, kept))
    jobs: Any = [*under_way, commit]
    trainer.push_in_progress = PushInProgress(jobs)  # type: ignore[assignment]  # None in transformers


def push_run(
    trainer: "SentenceTransformerTrainer",
    commit_message: str | None = "End of training",
    blocking: bool = True,
    token: str | None = None,
    revision: str | None = None,
    private: bool | None = None,
) -> CommitInfo | Future[CommitInfo] | None:
    """Save the model into the run's folder and send it, in one commit; None but on process 0.

    Unless `blocking`, what comes back is a Future of the commit.
    """
    trainer.callback_handler.on_push_begin(trainer.args, trainer.state, trainer.control)
    if getattr(trainer, "hub_model_id", None) is None:
        with advised():
            trainer.init_hf_repo(token=checked(token), private=private)
    if trainer.hub_model_id is not None:
        trainer.model.model_card_data.set_model_id(trainer.hub_model_id)
    trainer.save_model(_internal_call=True)
    if not trainer.is_world_process_zero():
        return None
    trainer._finish_current_push()
    folder = trainer.run_folder
    operations = list(_additions(folder, model_files(folder)))
    commit = _commit(trainer, operations, commit_message or "End of training", token, revision)
    if not blocking:
        return commit
    with advised():
        return commit.result()


def model_files(folder: Path) -> list[Path]:
    """The files of `folder` that belong to the model saved in it."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.suffix in MODEL_SUFFIXES
        and path.name not in NOT_THE_MODEL
        and not path.relative_to(folder).parts[0].startswith(NOT_THE_MODELS_FOLDERS)
    ]


def _additions(folder: Path, files: list[Path], place: str = "") -> Iterator[CommitOperationAdd]:
    for path in files:
        yield CommitOperationAdd(f"{place}{path.relative_to(folder).as_posix()}", path)


def _commit(
    trainer: "SentenceTransformerTrainer",
    operations: list[CommitOperationAdd],
    message: str,
    token: str | None = None,
    revision: str | None = None,
) -> Future[CommitInfo]:
    repo = str(trainer.hub_model_id)  # made when the training began, or in push_run
    api = HfApi(token=checked(token or trainer.args.hub_token))
    branch = revision or trainer.args.hub_revision
    if branch is not None:
        with advised():
            api.create_branch(repo, branch=branch, exist_ok=True)
    return api.create_commit(
        repo, operations, commit_message=message, revision=branch, run_as_future=True
    )


def _link(source: str, target: str) -> None:
    """The same file at another place: a checkpoint may be discarded while it is sent."""
    try:
        os.link(source, target)
    except OSError:  # another disk, or one that has no links
        shutil.copy2(source, target)


def _ended(commit: Future[Any], kept: Path) -> None:
    shutil.rmtree(kept, ignore_errors=True)
    error = commit.exception()
    if error is not None:
        log.error("a push to the Hub failed, training goes on: %s", error)
