"""`python -m worker.jobs.measure_sizes FOLDER`: how small a model may be, by what chose it.

Reads *choose* alone: what is taken is stated on *prove* once it is taken.
"""

import sys
from pathlib import Path

from backend.runs.states import Phase
from worker.jobs import base_model, ending
from worker.jobs.folder import JobFolder
from worker.jobs.lifeline import Lifeline
from worker.jobs.model_order import ModelOrder
from worker.jobs.report import Report
from worker.jobs.sizes import machine_of, measured, widths_of
from worker.jobs.the_measure import the_measure
from worker.jobs.training_data import read_parts


def work(folder: JobFolder) -> None:
    """Measure, and leave the table. Raises Refused where there is nothing to measure by."""
    order = ModelOrder.model_validate(folder.job())
    recipe = order.train.recipe
    report = Report(folder.spool)
    report.phase(Phase.PREPARING)
    parts = read_parts(order.train)
    model = base_model.load_named(
        order.model_id, {order.model_id: order.model_folder}, "model to measure"
    )
    judge = the_measure(recipe, parts, "choose", model)
    report.phase(Phase.EVALUATING)
    found = measured(
        model,
        judge.row,
        judge.evaluator,
        widths_of(recipe, int(model.get_embedding_dimension() or 0)),
        machine_of(model),
        lambda share: report.progress(phase=Phase.EVALUATING.value, percent=round(100 * share, 1)),
    )
    metric = found.metric.removeprefix("choose_")
    report.log(f"{len(found.tried)} sizes measured by {metric} on {found.judged:,} {found.items}")
    text = found.model_copy(update={"metric": metric}).model_dump_json()
    (folder.result / "result.json").write_text(text, encoding="utf-8")


def main() -> int:
    folder = JobFolder(Path(sys.argv[1]))
    Lifeline(at_once=True).hold()
    return ending.run(folder, lambda: work(folder))


if __name__ == "__main__":
    sys.exit(main())
