"""`python -m worker.jobs.measure_sizes FOLDER`: how small a model may be, by what chose it.

Reads *choose* alone: what is taken is stated on *prove* once it is taken.
"""

import sys
from pathlib import Path

from backend.proof.kept import CHOOSE
from backend.runs.states import Phase
from worker.jobs import ending
from worker.jobs.folder import JobFolder
from worker.jobs.lifeline import Lifeline
from worker.jobs.model_work import ModelWork
from worker.jobs.sizes import machine_of, measured, widths_of
from worker.jobs.the_measure import the_measure


def measure_sizes(work: ModelWork) -> None:
    """Measure, and leave the table. Raises Refused where there is nothing to measure by."""
    work.report.phase(Phase.PREPARING)
    model = work.tuned
    judge = the_measure(work.recipe, work.parts, CHOOSE, model)
    work.report.phase(Phase.EVALUATING)
    found = measured(
        model,
        judge.row,
        judge.evaluator,
        widths_of(work.recipe, int(model.get_embedding_dimension() or 0)),
        machine_of(model),
        lambda share: work.report.progress(
            phase=Phase.EVALUATING.value, percent=round(100 * share, 1)
        ),
    )
    metric = found.metric.removeprefix(f"{CHOOSE}_")
    count = f"{found.judged:,} {found.items}"
    work.report.log(f"{len(found.tried)} sizes measured by {metric} on {count}")
    text = found.model_copy(update={"metric": metric}).model_dump_json()
    (work.folder.result / "result.json").write_text(text, encoding="utf-8")


def main() -> int:
    folder = JobFolder(Path(sys.argv[1]))
    Lifeline(at_once=True).hold()
    return ending.run(folder, lambda: measure_sizes(ModelWork(folder)))


if __name__ == "__main__":
    sys.exit(main())
