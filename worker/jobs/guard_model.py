"""`python -m worker.jobs.guard_model FOLDER`: what a model has kept and lost."""

import sys
from pathlib import Path

from backend.catalog.evaluators import EVALUATORS
from backend.catalog.general_sets import GENERAL_SETS
from backend.proof.bootstrap import compare
from backend.proof.general import told
from backend.runs.states import Phase
from worker.jobs import ending
from worker.jobs.ending import Refused
from worker.jobs.folder import GUARD_FILE, JobFolder
from worker.jobs.general_sets import Places, load
from worker.jobs.lifeline import Lifeline
from worker.jobs.model_work import ModelWork


def guard(work: ModelWork) -> None:
    """Measure base and tuned model on each set; the sets one after the other, to save memory.

    Raises Refused where no set can be had.
    """
    names = [str(name) for name in work.order.wanted["sets"]]  # type: ignore[attr-defined]  # a list of names
    work.report.phase(Phase.EVALUATING)
    train = work.order.train
    places = Places(nano_beir=train.nano_beir, similarity=train.general_similarity)
    batch_size = work.recipe.arguments.per_device_eval_batch_size
    found = []
    for row, evaluator in load(names, places, batch_size, work.report):
        before = evaluator.measure(work.base).items
        after = evaluator.measure(work.tuned).items
        found.append((row, compare(EVALUATORS[row.evaluator].statistic, before, after)))
        done = 100 * (names.index(row.name) + 1) / len(names)
        work.report.progress(phase=Phase.EVALUATING.value, percent=round(done, 1))
    if not found:
        raise Refused(
            "no_general_sets",
            "None of the general sets can be had",
            "They come from the Hub, or from folders that the operator names "
            "(LIKEWISE_GENERAL_SIMILARITY, LIKEWISE_NANO_BEIR). The log says what was tried.",
        )
    had = {row.name for row, _ in found}
    missing = [GENERAL_SETS[name].title for name in names if name not in had]
    kept = told(found, missing)
    work.report.log(kept.sentence)
    (work.folder.result / GUARD_FILE).write_text(kept.model_dump_json(), encoding="utf-8")


def main() -> int:
    folder = JobFolder(Path(sys.argv[1]))
    Lifeline(at_once=True).hold()
    return ending.run(folder, lambda: guard(ModelWork(folder)))


if __name__ == "__main__":
    sys.exit(main())
