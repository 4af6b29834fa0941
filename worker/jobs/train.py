"""`python -m worker.jobs.train FOLDER`: one training, in a process of its own.

Reads its order, learns, judges base and tuned model on data that nothing else has seen, saves.
Knows no database and no queue; what happens goes into its spool.
"""

import logging
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import torch
from transformers import set_seed

from backend.datasets.training_parts import Parts
from backend.fault_points import fault_point
from backend.proof.kept import write
from backend.runs.states import Phase
from worker.engine.checkpoints import manifest
from worker.engine.losses.loss import Loss
from worker.engine.model import SentenceTransformer
from worker.engine.trainer import SentenceTransformerTrainer
from worker.exits import Exit
from worker.jobs import adapter, base_model, earlier_checkpoints, ending, precision, served
from worker.jobs import guard as guards
from worker.jobs.arguments import prompts_of, training_arguments
from worker.jobs.divergence import Diverged, Watch
from worker.jobs.ending import OutOfMemory, Refused, Stopped
from worker.jobs.folder import JobFolder
from worker.jobs.judges import Judge, Measured, guarding, make_judges, the_proof
from worker.jobs.lifeline import Lifeline
from worker.jobs.loaded_again import LoadedAgain
from worker.jobs.making_losses import make_losses
from worker.jobs.no_room import demand
from worker.jobs.report import Report
from worker.jobs.room_of_training import of_training, of_weights
from worker.jobs.smaller_batches import chunk_of, smaller
from worker.jobs.spending import Spending
from worker.jobs.telling import Telling
from worker.jobs.together import Together
from worker.jobs.train_order import TrainOrder
from worker.jobs.train_result import TrainResult
from worker.jobs.training_data import as_dataset, read_parts
from worker.jobs.verdicts import bare, chosen_of, for_card, result_of, tell_card
from worker.jobs.warnings_told import warnings_told

T = TypeVar("T")

log = logging.getLogger(__name__)

MEASURED, TRAINED, JUDGED = 12.0, 88.0, 97.0
"""Percent of the whole job at which the base model is measured, the training done, the proof made."""


class Training:
    """One attempt at one order, phase by phase."""

    def __init__(self, folder: JobFolder, lifeline: Lifeline) -> None:
        self.folder = folder
        self.lifeline = lifeline
        self.order = TrainOrder.model_validate(folder.job())
        self.recipe = smaller(self.order.recipe, self.order.halvings)
        self.together = Together()
        self.report = Report(folder.spool if self.together.is_first else Path(os.devnull))
        self.base_seconds = 0.0
        self.chosen_by: str | None = None
        self.models: dict[str, SentenceTransformer] = {}
        self.losses: dict[str, Loss] = {}
        self.resumed: Path | None = None
        self.spending = Spending()

    def run(self) -> None:
        try:
            with warnings_told(self.report):
                self._run()
        except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
            if not _is_out_of_memory(error):
                raise
            raise self._smaller_or_never() from error

    def _run(self) -> None:
        self._enter(Phase.PREPARING, 0)
        precision.demand(self.recipe.arguments)
        adapter.demand(self.recipe)
        self.resumed = self.together.first_tells(self._newest_checkpoint)
        set_seed(self.recipe.seed)
        parts = read_parts(self.order)
        self.report.log(parts.in_words)
        model = base_model.load(self.recipe, self.order.model_folders)
        adapter.demand_place(self.recipe, model)
        choosing = make_judges(self.recipe, parts, "choose", model, self.losses)
        proving = self._proving(model, parts)
        chosen_before, before = self._measure_base(model, choosing, proving)
        self._train(model, parts, choosing)
        if not self.together.is_first:
            return  # what is left is no work for many
        adapter.merge(self.recipe, model)
        self._enter(Phase.EVALUATING, TRAINED, self.base_seconds)
        asked = served.texts_to_ask(self.recipe, parts, model)
        with LoadedAgain(self._model_folder, model.device, served.prompts_in(asked)) as stranger:
            chosen = self._measure(model, [judge for judge in choosing if judge.knows_base])
            after = self._measure(model, proving)
            tell_card(model, after)
            result, proved = result_of(parts, before, after, self.report)
            self._enter(Phase.SAVING, JUDGED)
            if proved is not None:
                write(self.folder.result / "proof", proved)
            if (found := chosen_of(parts, chosen_before, chosen)) is not None:
                result.choose, kept = found
                write(self.folder.result / "proof", kept)
            demand(self.folder.path, of_weights(model.parameters()))
            self._save(model, result)
            measured = the_proof(after) or the_proof(chosen)
            self._load_again(model, result, asked, measured, stranger)
        result.spent = self.spending.told(
            self.recipe.base_model, model, self.folder.path, self.together.size, self.resumed
        )
        self._leave(result)
        self.report.progress(phase=Phase.SAVING.value, percent=100.0, eta_seconds=0.0)

    def _proving(self, model: SentenceTransformer, parts: Parts) -> list[Judge]:
        """Who gives the verdict in the end; the first process alone asks them."""
        if not self.together.is_first or not self.order.opens_prove:
            return []
        guard = guards.load(self.recipe, self.order.nano_beir, self.report)
        judges = make_judges(self.recipe, parts, "prove", model, self.losses)
        return judges + ([guarding(guard)] if guard else [])

    def _measure_base(
        self, model: SentenceTransformer, choosing: list[Judge], proving: list[Judge]
    ) -> tuple[list[Measured], list[Measured]]:
        """The base model on *choose*, for the line that the curve must pass, and on *prove*.

        The first process measures and the others wait: they learn what the choice is made by.
        """
        chosen: list[Measured] = []
        before: list[Measured] = []
        if self.together.is_first:
            chosen, before = self._measured_base(model, choosing, proving)
        self.chosen_by = self.together.first_tells(lambda: self.chosen_by)
        return chosen, before

    def _measured_base(
        self, model: SentenceTransformer, choosing: list[Judge], proving: list[Judge]
    ) -> tuple[list[Measured], list[Measured]]:
        self.report.log("measuring the base model first, so that there is something to compare")
        self.report.progress(phase=Phase.PREPARING.value, percent=4.0)
        began = time.monotonic()
        chosen = self._measure(model, [judge for judge in choosing if judge.knows_base])
        choice = the_proof(chosen)
        self.chosen_by = choice.outcome.primary_metric if choice else None
        if self.resumed is None:  # else the attempt that wrote the checkpoint has told it
            for found in chosen:
                told = bare(found.outcome, "choose")
                self.report.metrics(0, 0.0, **{f"base/{name}": told[name] for name in told})
        before = self._measure(model, [judge for judge in proving if judge.knows_base])
        self.base_seconds = time.monotonic() - began
        return chosen, before

    def _train(self, model: SentenceTransformer, parts: Parts, choosing: list[Judge]) -> None:
        self._enter(Phase.TRAINING, MEASURED)
        adapter.put_on(self.recipe, model, self.report)
        set_seed(self.recipe.seed)  # what was measured before must not shift what is drawn now
        arguments = training_arguments(self.recipe, self.folder.checkpoints, self.chosen_by)
        telling = Telling(
            self.report,
            self.lifeline,
            (MEASURED, TRAINED),
            self.base_seconds,
            arguments.train_batch_size * self.together.size,
            self.together,
            Watch(is_half_precision=arguments.fp16),
            self._discard_earlier,
            self.spending,
        )
        self.losses |= self._make_losses(model, parts)
        trained = of_weights(each for each in model.parameters() if each.requires_grad)
        demand(self.folder.path, of_training(trained, of_weights(model.parameters())))
        if self.together.size > 1:
            rows = arguments.train_batch_size * self.together.size
            self.report.log(
                f"{self.together.size} processes train together: a step learns from {rows:,} rows"
            )
        if self.resumed is not None:
            self.report.log(f"resuming from {in_words(self.resumed)}")
        try:
            trainer = SentenceTransformerTrainer(
                model,
                arguments,
                train_dataset=_one_or_all({n: as_dataset(part) for n, part in parts.train.items()}),
                loss=_one_or_all(self.losses),
                evaluator=[judge.evaluator for judge in choosing] or None,
                callbacks=[telling],
            )
            trainer.train(resume_from_checkpoint=self.resumed)
        except ValueError as error:
            if telling.has_begun:
                raise
            raise Refused(  # the engine looks at rows and settings before the first step
                "cannot_train", "These rows can't be trained on in this way", str(error)
            ) from error
        except Diverged as error:
            raise Refused("diverged", "The training diverged", str(error), Exit.DIVERGED) from error
        if self.together.any(self.lifeline.wants_stop.is_set()):
            raise Stopped

    def _make_losses(self, model: SentenceTransformer, parts: Parts) -> dict[str, Loss]:
        made = make_losses(self.recipe, model, parts, self._load)
        chunk = chunk_of(self.recipe, self.order.halvings)
        if self.order.halvings == 0 or chunk is None:
            return made
        self.report.log(f"batches are read {chunk} rows at a time, for want of memory")
        return {name: loss.cached(mini_batch_size=chunk) for name, loss in made.items()}

    def _smaller_or_never(self) -> Exception:
        """What to end with when a batch did not fit."""
        if chunk_of(self.recipe, self.order.halvings + 1) is None:
            return Refused(
                "out_of_memory",
                "The device's memory is too small",
                "Not even a single row did fit. Shorten the texts by max_seq_length, or choose a "
                "smaller base model.",
            )
        self.report.log(
            "A batch did not fit into the device's memory. The training goes on from its last "
            "checkpoint and reads half as much at a time; what a step learns stays the same.",
            level="warning",
        )
        return OutOfMemory()

    def _discard_earlier(self, best: str | None) -> None:
        if self.together.is_first:
            earlier_checkpoints.discard(self.order.earlier, self.folder.checkpoints, best)

    def _load(self, name: str, part: str) -> SentenceTransformer:
        """A model that a loss needs beside the one that it trains; each is loaded once."""
        if name not in self.models:
            self.models[name] = base_model.load_named(name, self.order.model_folders, part)
        return self.models[name]

    def _newest_checkpoint(self) -> Path | None:
        """The newest whole checkpoint of any attempt before this one."""
        for path in self.order.earlier:
            complaint = manifest.complaint(path, with_hashes=True)
            if complaint is None:
                return path
            log.warning("checkpoint skipped: %s", complaint)
            self.report.log(
                f"{in_words(path)} is damaged; the one before it is taken", level="warning"
            )
        return None

    def _save(self, model: SentenceTransformer, result: TrainResult) -> None:
        card = model.model_card_data
        card.model_name = self.order.model_name
        for use in self.recipe.datasets:
            model.prompts |= prompts_of(use)
        card.proof = for_card(result.proof) if result.proof else None
        model.save_pretrained(str(self._model_folder))
        fault_point("train.model saved")

    def _load_again(
        self,
        model: SentenceTransformer,
        result: TrainResult,
        asked: list[served.Asked],
        proof: Measured | None,
        stranger: LoadedAgain,
    ) -> None:
        """What was saved must be what was measured, before anybody is told of it."""
        self.report.log("loading the saved model again, as a stranger would")
        folder = self._model_folder
        result.served = served.served_as_measured(folder, model, asked, proof, stranger)
        self.report.log(result.served.sentence)
        served.demand(result.served)
        served.tell_card(folder, model, result.served)

    def _leave(self, result: TrainResult) -> None:
        text = result.model_dump_json()
        (self.folder.result / "result.json").write_text(text, encoding="utf-8")
        self.report.log("model and card saved")

    @property
    def _model_folder(self) -> Path:
        return self.folder.result / "model"

    def _measure(self, model: SentenceTransformer, judges: list[Judge]) -> list[Measured]:
        if self.lifeline.wants_stop.is_set():
            raise Stopped
        with self.spending.evaluation():
            return [Measured(judge=one, outcome=one.evaluator.measure(model)) for one in judges]

    def _enter(self, phase: Phase, percent: float, eta_seconds: float | None = None) -> None:
        if self.lifeline.wants_stop.is_set():
            raise Stopped
        self.report.phase(phase)
        fault_point("train.phase")
        self.report.progress(phase=phase.value, percent=percent, eta_seconds=eta_seconds)


def _is_out_of_memory(error: Exception) -> bool:
    """On a processor torch has no error of its own for it, only words."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return "can't allocate memory" in str(error) or "CUDA out of memory" in str(error)


def in_words(checkpoint: Path) -> str:
    return checkpoint.name.replace("-", " of step ")


def _one_or_all(by_dataset: Mapping[str, T]) -> T | dict[str, T]:
    """The trainer takes a single dataset and its loss bare, several by their names."""
    return dict(by_dataset) if len(by_dataset) > 1 else next(iter(by_dataset.values()))


def main() -> int:
    folder = JobFolder(Path(sys.argv[1]))
    lifeline = Lifeline()
    lifeline.hold()
    return ending.run(folder, lambda: Training(folder, lifeline).run())


if __name__ == "__main__":
    sys.exit(main())
