"""`python -m worker.jobs.shrink FOLDER`: a size that was chosen, as a model of its own.

Its vectors are cut by its settings (truncate_dim), its layers left out of weights and configuration.
Then it is judged once on *prove*, against the base model, stored as it is to be stored.
"""

import sys
from pathlib import Path

from backend.models.sizes.schemas import ShrinkIn
from backend.proof.schemas import Verdict
from backend.runs.states import Phase
from worker.engine.evaluation.smaller_vectors import Remembered, SmallerVectors
from worker.engine.model import SentenceTransformer
from worker.engine.model.depth import keep_layers, layer_count
from worker.jobs import base_model, ending
from worker.jobs.ending import Refused
from worker.jobs.folder import JobFolder
from worker.jobs.judges import Measured
from worker.jobs.lifeline import Lifeline
from worker.jobs.model_order import ModelOrder
from worker.jobs.no_room import demand
from worker.jobs.report import Report
from worker.jobs.room_of_training import of_weights
from worker.jobs.smaller_card import complete, section, take_over
from worker.jobs.the_measure import the_measure
from worker.jobs.train_result import TrainResult
from worker.jobs.training_data import read_parts
from worker.jobs.verdicts import for_card, result_of, tell_card


def work(folder: JobFolder) -> None:
    """Make it, judge it, save it. Raises Refused where this model can't have that size."""
    order = ModelOrder.model_validate(folder.job())
    wanted = ShrinkIn.model_validate(order.wanted)
    report = Report(folder.spool)
    report.phase(Phase.PREPARING)
    folders = {**order.train.model_folders, order.model_id: order.model_folder}
    model = base_model.load_named(order.model_id, folders, "model to make smaller")
    layers, width = layer_count(model), int(model.get_embedding_dimension() or 0)
    cut(model, wanted)
    report.phase(Phase.EVALUATING)
    result, measured = _judged(order, model, wanted, report)
    report.phase(Phase.SAVING)
    demand(folder.path, of_weights(model.parameters()))
    _save(
        folder.result / "model",
        model,
        order,
        section(wanted.name or "", order.model_name, layers, width, wanted),
        result.proof,
        measured,
    )
    (folder.result / "result.json").write_text(result.model_dump_json(), encoding="utf-8")
    report.progress(phase=Phase.SAVING.value, percent=100.0, eta_seconds=0.0)


def cut(model: SentenceTransformer, wanted: ShrinkIn) -> None:
    """Make it so, in place. Raises Refused where it can't be."""
    width = int(model.get_embedding_dimension() or 0)
    if not wanted.dimensions <= width:
        raise Refused(
            "too_many_dimensions",
            "The model's vectors are shorter",
            f"They have {width:,} dimensions; {wanted.dimensions:,} can't be kept of them.",
        )
    try:
        if wanted.layers is not None:
            keep_layers(model, wanted.layers)
    except ValueError as error:
        raise Refused("no_such_depth", "These layers can't be left out", str(error)) from error
    if wanted.dimensions < width:
        model.truncate_dim = wanted.dimensions


def _judged(
    order: ModelOrder, model: SentenceTransformer, wanted: ShrinkIn, report: Report
) -> tuple[TrainResult, list[Measured]]:
    """The verdict on *prove*; none where nothing was kept aside for it."""
    recipe = order.train.recipe
    parts = read_parts(order.train)
    if parts.prove.num_rows == 0:
        return result_of(parts, [], [], report), []
    base = base_model.load(recipe, order.train.model_folders)
    judge = the_measure(recipe, parts, "prove", base)
    stored = SmallerVectors(Remembered(model), None, wanted.precision.value)
    before = [Measured(judge=judge, outcome=judge.evaluator.measure(base))]
    report.progress(phase=Phase.EVALUATING.value, percent=60.0)
    after = [Measured(judge=judge, outcome=judge.evaluator.measure(stored))]
    return result_of(parts, before, after, report), after


def _save(
    place: Path,
    model: SentenceTransformer,
    order: ModelOrder,
    said: str,
    proof: Verdict | None,
    measured: list[Measured],
) -> None:
    whole = (order.model_folder / "README.md").read_text(encoding="utf-8")
    card = model.model_card_data
    take_over(card, whole)
    card.base_model = order.train.recipe.base_model
    card.model_name = str(order.wanted["name"])
    tell_card(model, measured)
    card.proof = for_card(proof) if proof else None
    model.save_pretrained(str(place))
    complete(place / "README.md", whole, said)


def main() -> int:
    folder = JobFolder(Path(sys.argv[1]))
    Lifeline(at_once=True).hold()
    return ending.run(folder, lambda: work(folder))


if __name__ == "__main__":
    sys.exit(main())
