"""`python -m worker.jobs.shrink FOLDER`: a size that was chosen, as a model of its own.

Its vectors are cut by its settings (truncate_dim), its layers left out of weights and configuration.
Then it is judged once on *prove*, against the base model, stored as it is to be stored.
"""

import sys
from pathlib import Path

from backend.models.sizes.schemas import ShrinkIn
from backend.proof.kept import CHOOSE, PROVE, write
from backend.runs.states import Phase
from worker.engine.evaluation.smaller_vectors import Remembered, SmallerVectors
from worker.engine.model import SentenceTransformer
from worker.engine.model.depth import keep_layers, layer_count
from worker.jobs import ending, served
from worker.jobs.ending import Refused
from worker.jobs.folder import JobFolder
from worker.jobs.judges import Measured
from worker.jobs.lifeline import Lifeline
from worker.jobs.model_work import ModelWork
from worker.jobs.no_room import demand
from worker.jobs.remade_card import CARD
from worker.jobs.room_of_training import of_weights
from worker.jobs.smaller_card import complete, section, take_over
from worker.jobs.the_measure import the_measure
from worker.jobs.train_result import TrainResult
from worker.jobs.verdicts import chosen_of, for_card, result_of, tell_card


def shrink(work: ModelWork) -> None:
    """Make it, judge it, save it. Raises Refused where this model can't have that size."""
    wanted = ShrinkIn.model_validate(work.order.wanted)
    work.report.phase(Phase.PREPARING)
    model = work.tuned
    layers, width = layer_count(model), int(model.get_embedding_dimension() or 0)
    cut(model, wanted)
    work.report.phase(Phase.EVALUATING)
    result, measured, plain = _judged(work, model, wanted)
    work.report.phase(Phase.SAVING)
    demand(work.folder.path, of_weights(model.parameters()))
    said = section(wanted.name or "", work.order.model_name, layers, width, wanted)
    _save(work, model, said, result, measured, plain)
    text = result.model_dump_json()
    (work.folder.result / "result.json").write_text(text, encoding="utf-8")
    work.report.progress(phase=Phase.SAVING.value, percent=100.0, eta_seconds=0.0)


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
    work: ModelWork, model: SentenceTransformer, wanted: ShrinkIn
) -> tuple[TrainResult, list[Measured], Measured]:
    """The verdict on *prove*, none where nothing was kept aside for it; and beside it what it is on
    *choose*, for comparing it with other models. What was judged is written item by item. Last comes
    what the model is with its vectors as it gives them, which is what a stranger finds."""
    vectors = Remembered(model)
    stored = SmallerVectors(vectors, None, wanted.precision.value)
    judges = [the_measure(work.recipe, work.parts, CHOOSE, work.base)]
    if work.parts.prove.num_rows:
        judges.append(the_measure(work.recipe, work.parts, PROVE, work.base))
    pairs = []
    for place, judge in enumerate(judges, start=1):
        before = Measured(judge=judge, outcome=judge.evaluator.measure(work.base))
        after = Measured(judge=judge, outcome=judge.evaluator.measure(stored))
        pairs.append(([before], [after]))
        percent = 90.0 * place / len(judges)
        work.report.progress(phase=Phase.EVALUATING.value, percent=percent)
    proof = pairs[1] if len(pairs) > 1 else ([], [])
    result, proved = result_of(work.parts, *proof, work.report)
    chosen = chosen_of(work.parts, *pairs[0])
    if chosen is not None:
        result.choose, kept = chosen
        write(work.folder.result / "proof", kept)
    if proved is not None:
        write(work.folder.result / "proof", proved)
    lead = judges[-1]
    plain = lead.evaluator.measure(SmallerVectors(vectors, None, "float32"))
    return result, proof[1], Measured(judge=lead, outcome=plain)


def _save(
    work: ModelWork,
    model: SentenceTransformer,
    said: str,
    result: TrainResult,
    measured: list[Measured],
    plain: Measured,
) -> None:
    """Raises Refused where what was saved isn't what was measured."""
    whole = (work.order.model_folder / CARD).read_text(encoding="utf-8")
    card = model.model_card_data
    take_over(card, whole)
    card.base_model = work.recipe.base_model
    card.model_name = str(work.order.wanted["name"])
    tell_card(model, measured)
    card.proof = for_card(result.proof) if result.proof else None
    place = work.folder.result / "model"
    model.save_pretrained(str(place))
    asked = served.texts_to_ask(work.recipe, work.parts, model)
    result.served = served.served_as_measured(place, model, asked, plain)
    work.report.log(result.served.sentence)
    served.demand(result.served)
    served.tell_card(place, model, result.served)
    complete(place / CARD, whole, said)


def main() -> int:
    folder = JobFolder(Path(sys.argv[1]))
    Lifeline(at_once=True).hold()
    return ending.run(folder, lambda: shrink(ModelWork(folder)))


if __name__ == "__main__":
    sys.exit(main())
