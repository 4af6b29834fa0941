"""What `fit` adds to the trainer: an evaluator that is asked when scripts of that time ask it."""

from typing import TYPE_CHECKING, Any

from transformers import TrainerCallback, TrainerControl, TrainerState

from worker.engine.fitting.watching import Watch

if TYPE_CHECKING:
    from worker.engine.trainer import SentenceTransformerTrainer


class WatchingCallback(TrainerCallback):
    """Evaluates every so many steps and after each epoch, and lets the trainer's log know."""

    def __init__(
        self, watch: Watch, trainer: "SentenceTransformerTrainer", evaluation_steps: int | None
    ) -> None:
        self.watch = watch
        self.trainer = trainer
        self.evaluation_steps = evaluation_steps or 0

    def on_step_end(
        self, args: Any, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        if self.evaluation_steps > 0 and state.global_step % self.evaluation_steps == 0:
            self._look(state)

    def on_epoch_end(
        self, args: Any, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self._look(state)

    def _look(self, state: TrainerState) -> None:
        if self.watch.evaluator is not None and state.is_world_process_zero:
            metrics = self.watch.look(state.epoch or 0, state.global_step)
            self.trainer.log({f"eval_{name}": value for name, value in metrics.items()})
