"""`python -m worker.jobs.blend FOLDER`: blend a model with its base, as much as *choose* allows.

The share is chosen on *choose* alone; the blend is then stated once on *prove*.
"""

import json
import sys
from pathlib import Path

from backend.proof.kept import CHOOSE, PROVE, write
from backend.proof.one_error import plainest
from backend.runs.states import Phase
from worker.jobs import ending, served
from worker.jobs.blending import NotAlike, blended
from worker.jobs.ending import Refused
from worker.jobs.folder import SHARES_FILE, JobFolder
from worker.jobs.judges import Measured, the_proof
from worker.jobs.lifeline import Lifeline
from worker.jobs.model_work import ModelWork
from worker.jobs.remade_card import CARD, remade
from worker.jobs.verdicts import chosen_of, result_of

SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Of the tuned weights; the first keeps most of the base."""


def blend(work: ModelWork) -> None:
    """Raises Refused where nothing was kept aside to choose by, or the two are not built alike."""
    work.report.phase(Phase.EVALUATING)
    choosing = work.judges(CHOOSE)
    if not choosing:
        raise Refused(
            "nothing_to_choose",
            "There is nothing to choose the share by",
            "Its recipe kept no rows aside for that. Train again with held_out.choose_rows set.",
        )
    chosen_before = work.measure(work.base, choosing)
    model = work.tuned
    base = {name: weight.clone() for name, weight in work.base.state_dict().items()}
    tuned = {name: weight.clone() for name, weight in model.state_dict().items()}
    found: list[list[Measured]] = []
    for share in SHARES:
        try:
            model.load_state_dict(blended(base, tuned, share))
        except NotAlike as error:
            raise Refused(
                "not_alike",
                "This model can't be blended with its base",
                f"They are not built alike: {error}. A model with an adapter is merged first.",
            ) from error
        found.append(work.measure(model, choosing))
        work.report.progress(phase=Phase.EVALUATING.value, percent=round(80 * share, 1))
    leads = [the_proof(each) for each in found]
    lead = leads[0]
    assert lead is not None
    row = lead.judge.row
    place = plainest(row.statistic, [each.outcome.items for each in leads if each is not None])
    share = SHARES[place]
    table = [
        {"share": one, "figure": each.outcome.primary}
        for one, each in zip(SHARES, leads, strict=True)
        if each is not None
    ]
    metric = lead.outcome.primary_metric.removeprefix("choose_")
    work.report.log(f"{share:.0%} of the tuned weights do as well on choose as any share does")
    told = {"metric": metric, "share": share, "tried": table}
    (work.folder.result / SHARES_FILE).write_text(json.dumps(told), encoding="utf-8")
    if share == 1.0:
        work.report.log("the tuned model itself is the best of all; nothing was made")
        return
    model.load_state_dict(blended(base, tuned, share))
    work.report.phase(Phase.SAVING)
    proving = work.judges(PROVE)
    before = work.measure(work.base, proving)
    after = work.measure(model, proving)
    result, proved = result_of(work.parts, before, after, work.report)
    folder = work.folder.result
    if proved is not None:
        write(folder / "proof", proved)
    if (chosen := chosen_of(work.parts, chosen_before, found[place])) is not None:
        result.choose, kept = chosen
        write(folder / "proof", kept)
    model.save_pretrained(str(folder / "model"))
    asked = served.texts_to_ask(work.recipe, work.parts, model)
    measured = the_proof(after) or the_proof(found[place])
    result.served = served.served_as_measured(folder / "model", model, asked, measured)
    served.demand(result.served)
    card = folder / "model" / CARD
    made = (
        f"By blending, weight by weight: {share:.0%} of *{work.order.model_name}* and "
        f"{1 - share:.0%} of its base model. The share was chosen on rows kept aside for choosing, "
        f"by {metric}: the most of the base model that does as well as any share "
        "(within one standard error)."
    )
    card.write_text(
        remade(card.read_text(encoding="utf-8"), result.proof, made, result.served),
        encoding="utf-8",
    )
    (folder / "result.json").write_text(result.model_dump_json(), encoding="utf-8")


def main() -> int:
    folder = JobFolder(Path(sys.argv[1]))
    Lifeline(at_once=True).hold()
    return ending.run(folder, lambda: blend(ModelWork(folder)))


if __name__ == "__main__":
    sys.exit(main())
