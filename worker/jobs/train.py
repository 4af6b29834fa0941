"""`python -m worker.jobs.train FOLDER`: one training, in a process of its own.

Reads its order, learns, judges base and tuned model on data that nothing else has seen, saves.
Knows no database and no queue; what happens goes into its spool.
"""

import sys
import time
from pathlib import Path

import torch
from transformers import set_seed

from backend.catalog.evaluators import EVALUATORS
from backend.proof.schemas import Verdict
from backend.proof.verdict import judge
from backend.runs.states import Phase
from worker.engine.checkpoints import find_valid_checkpoint
from worker.engine.evaluation import ItemEvaluator, Outcome
from worker.engine.model import SentenceTransformer
from worker.engine.trainer import SentenceTransformerTrainer
from worker.exits import Exit
from worker.jobs import base_model, ending
from worker.jobs.arguments import training_arguments
from worker.jobs.ending import Refused, Stopped
from worker.jobs.folder import JobFolder
from worker.jobs.lifeline import Lifeline
from worker.jobs.measures import evaluator
from worker.jobs.report import Report
from worker.jobs.telling import Diverged, Telling
from worker.jobs.train_order import TrainOrder
from worker.jobs.train_result import TrainResult
from worker.jobs.training_data import Parts, read_parts, the_loss

MEASURED, TRAINED, JUDGED = 12.0, 88.0, 97.0
"""Percent of the whole job at which the base model is measured, the training done, the proof made."""


class Training:
    """One attempt at one order, phase by phase."""

    def __init__(self, folder: JobFolder, lifeline: Lifeline) -> None:
        self.folder = folder
        self.lifeline = lifeline
        self.order = TrainOrder.model_validate(folder.job())
        self.recipe = self.order.recipe
        self.report = Report(folder.spool)
        self.base_seconds = 0.0
        self.chosen_by: str | None = None
        self.resumed = self._newest_checkpoint()

    def run(self) -> None:
        self._enter(Phase.PREPARING, 0)
        set_seed(self.recipe.seed)
        parts = read_parts(self.order)
        self.report.log(parts.in_words)
        model = base_model.load(self.recipe, self.order.base_model_folder)
        before = self._measure_base(model, parts)
        self._train(model, parts)
        self._enter(Phase.EVALUATING, TRAINED, self.base_seconds)
        judges = self._evaluators(parts, "prove")
        after = self._measure(model, judges)
        _tell_card(model, judges, after)
        result = self._proof(parts, before, after)
        self._enter(Phase.SAVING, JUDGED)
        self._save(model, result)
        self.report.progress(phase=Phase.SAVING.value, percent=100.0, eta_seconds=0.0)

    def _measure_base(self, model: SentenceTransformer, parts: Parts) -> list[Outcome]:
        """The base model on *choose*, for the line that the curve must pass, and on *prove*."""
        self.report.log("measuring the base model first, so that there is something to compare")
        self.report.progress(phase=Phase.PREPARING.value, percent=4.0)
        began = time.monotonic()
        chosen = self._measure(model, self._evaluators(parts, "choose"))
        self.chosen_by = chosen[0].primary_metric if chosen else None
        if self.resumed is None:  # else the attempt that wrote the checkpoint has told it
            for found in chosen:
                figures = {f"base/{name}": value for name, value in _bare(found, "choose").items()}
                self.report.metrics(0, 0.0, **figures)
        before = self._measure(model, self._evaluators(parts, "prove"))
        self.base_seconds = time.monotonic() - began
        return before

    def _train(self, model: SentenceTransformer, parts: Parts) -> None:
        self._enter(Phase.TRAINING, MEASURED)
        set_seed(self.recipe.seed)  # what was measured before must not shift what is drawn now
        arguments = training_arguments(self.recipe, self.folder.checkpoints, self.chosen_by)
        telling = Telling(
            self.report,
            self.lifeline,
            (MEASURED, TRAINED),
            self.base_seconds,
            arguments.train_batch_size,
        )
        trainer = SentenceTransformerTrainer(
            model,
            arguments,
            train_dataset=parts.train_dataset(),
            loss=the_loss(self.recipe, model, parts),
            evaluator=self._evaluators(parts, "choose") or None,
            callbacks=[telling],
        )
        if self.resumed is not None:
            self.report.log(f"resuming from {self.resumed.name.replace('-', ' of step ')}")
        try:
            trainer.train(resume_from_checkpoint=self.resumed)
        except Diverged as error:
            raise Refused("diverged", "The training diverged", str(error), Exit.DIVERGED) from error
        except torch.OutOfMemoryError as error:
            raise Refused(
                "out_of_memory",
                "The device's memory is too small",
                "A batch did not fit. Halve per_device_train_batch_size and double "
                "gradient_accumulation_steps, or shorten the texts by max_seq_length.",
                Exit.OUT_OF_MEMORY,
            ) from error
        if self.lifeline.wants_stop.is_set():
            raise Stopped

    def _newest_checkpoint(self) -> Path | None:
        """The newest whole checkpoint of any attempt before this one."""
        found = (find_valid_checkpoint(folder) for folder in self.order.earlier)
        return next((path for path in found if path is not None), None)

    def _proof(self, parts: Parts, before: list[Outcome], after: list[Outcome]) -> TrainResult:
        """The verdict is the first evaluator's; all metrics of all are kept."""
        if not after:
            self.report.log("nothing was kept aside to prove with, so there is no verdict")
            return TrainResult()
        row = EVALUATORS[self.recipe.evaluators[0].name]
        metric = after[0].primary_metric.removeprefix("prove_")
        verdict = judge(row, metric, before[0].items, after[0].items)
        self.report.log(verdict.sentence)
        return TrainResult(
            before={k: v for found in before for k, v in _bare(found, "prove").items()},
            after={k: v for found in after for k, v in _bare(found, "prove").items()},
            proof=verdict,
            prove_hash=parts.prove_hash,
        )

    def _save(self, model: SentenceTransformer, result: TrainResult) -> None:
        card = model.model_card_data
        card.model_name = self.order.model_name
        card.proof = _for_card(result.proof) if result.proof else None
        model.save_pretrained(str(self.folder.result / "model"))
        text = result.model_dump_json()
        (self.folder.result / "result.json").write_text(text, encoding="utf-8")
        self.report.log("model and card saved")

    def _evaluators(self, parts: Parts, part: str) -> list[ItemEvaluator]:
        rows = getattr(parts, part)
        if rows.num_rows == 0:
            return []
        batch_size = self.recipe.arguments.per_device_eval_batch_size
        return [evaluator(use.name, rows, part, batch_size) for use in self.recipe.evaluators]

    def _measure(
        self, model: SentenceTransformer, evaluators: list[ItemEvaluator]
    ) -> list[Outcome]:
        if self.lifeline.wants_stop.is_set():
            raise Stopped
        return [one.measure(model) for one in evaluators]

    def _enter(self, phase: Phase, percent: float, eta_seconds: float | None = None) -> None:
        if self.lifeline.wants_stop.is_set():
            raise Stopped
        self.report.phase(phase)
        self.report.progress(phase=phase.value, percent=percent, eta_seconds=eta_seconds)


def _bare(found: Outcome, part: str) -> dict[str, float]:
    """The metrics without the name of the part before them."""
    return {name.removeprefix(f"{part}_"): value for name, value in found.metrics.items()}


def _tell_card(
    model: SentenceTransformer, judges: list[ItemEvaluator], found: list[Outcome]
) -> None:
    """Let the card speak of *prove* alone: what a choice was made by flatters what was chosen."""
    card = model.model_card_data
    card.evaluations.clear()
    for one, outcome in zip(judges, found, strict=True):
        one.primary_metric = outcome.primary_metric
        card.remember_evaluation(one, outcome.metrics, epoch=-1, step=-1)


def _for_card(verdict: Verdict) -> dict[str, object]:
    return {**verdict.model_dump(mode="json"), "verdict": verdict.sentence}


def main() -> int:
    folder = JobFolder(Path(sys.argv[1]))
    lifeline = Lifeline()
    lifeline.hold()
    return ending.run(folder, lambda: Training(folder, lifeline).run())


if __name__ == "__main__":
    sys.exit(main())
