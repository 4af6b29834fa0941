"""The trainer's callback that tells what happens, and heeds a wish to stop."""

import time
from collections.abc import Callable
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from backend.fault_points import fault_point
from backend.runs.states import Phase
from worker.jobs.divergence import Watch
from worker.jobs.lifeline import Lifeline
from worker.jobs.report import Report
from worker.jobs.spending import Spending
from worker.jobs.together import Together

TELL_EVERY_SECONDS = 0.5
_REMEMBERED = 0.1
"""Weight of the newest step in the smoothed time of a step."""


class Telling(TrainerCallback):
    """`share` is (from, to), the percent of the whole job that the training is; `after_seconds` is
    what follows it, as measured on the base model. `after_checkpoint` is told the best one."""

    def __init__(
        self,
        report: Report,
        lifeline: Lifeline,
        share: tuple[float, float],
        after_seconds: float,
        batch_size: int,
        together: Together,
        watch: Watch,
        after_checkpoint: Callable[[str | None], None],
        spending: Spending,
    ) -> None:
        self._report = report
        self._lifeline = lifeline
        self._share = share
        self._after_seconds = after_seconds
        self._batch_size = batch_size
        self._together = together
        self._watch = watch
        self._after_checkpoint = after_checkpoint
        self._spending = spending
        self._step_seconds: float | None = None
        self._step_began = self._told_at = time.monotonic()
        self._evaluation_seconds = after_seconds / 2

    @property
    def has_begun(self) -> bool:
        """Whether a step was done."""
        return self._step_seconds is not None

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        self._spending.training_begins(state.global_step)

    def on_step_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        self._step_began = time.monotonic()

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        now = time.monotonic()
        self._spending.stepped(state.global_step)
        seconds = now - self._step_began
        before = self._step_seconds
        self._step_seconds = (
            seconds if before is None else before + _REMEMBERED * (seconds - before)
        )
        if now - self._told_at >= TELL_EVERY_SECONDS or state.global_step == state.max_steps:
            self._told_at = now
            self._tell(args, state)
        fault_point("train.step")
        if self._together.any(self._lifeline.wants_stop.is_set()):
            control.should_save = True
            control.should_training_stop = True

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **_: Any,
    ) -> None:
        figures = {k: float(v) for k, v in (logs or {}).items() if _is_told(k)}
        if not figures:
            return
        self._report.metrics(state.global_step, state.epoch or 0.0, **figures)
        self._watch.see(state.global_step, figures.get("loss"), figures.get("grad_norm"))

    def on_evaluate(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        metrics: dict[str, float] | None = None,
        **_: Any,
    ) -> None:
        self._spending.evaluated()
        chosen = {
            f"choose/{name.removeprefix('eval_choose_')}": float(value)
            for name, value in (metrics or {}).items()
            if name.startswith("eval_choose_")
        }
        if chosen:
            self._report.metrics(state.global_step, state.epoch or 0.0, **chosen)

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        self._spending.saved()
        self._report.checkpoint(state.global_step)
        self._report.log(f"checkpoint of step {state.global_step} written")
        self._after_checkpoint(state.best_model_checkpoint)

    def _tell(self, args: TrainingArguments, state: TrainerState) -> None:
        low, high = self._share
        done = state.global_step / max(state.max_steps, 1)
        step_seconds = self._step_seconds or 0.0
        samples = self._batch_size * args.gradient_accumulation_steps
        self._report.progress(
            phase=Phase.TRAINING.value,
            step=state.global_step,
            total_steps=state.max_steps,
            epoch=round(state.epoch or 0.0, 3),
            percent=round(low + (high - low) * done, 1),
            eta_seconds=round(self._left(state, step_seconds), 1),
            samples_per_second=round(samples / step_seconds, 1) if step_seconds else None,
        )

    def _left(self, state: TrainerState, step_seconds: float) -> float:
        steps = state.max_steps - state.global_step
        every = state.eval_steps or state.max_steps
        evaluations = steps / every if every >= 1 else 0.0
        return steps * step_seconds + evaluations * self._evaluation_seconds + self._after_seconds


_TOLD = ("loss", "learning_rate", "grad_norm")


def _is_told(figure: str) -> bool:
    """Those, and the loss of each dataset where there are several."""
    return figure in _TOLD or figure.startswith("loss/")
