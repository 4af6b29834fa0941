"""`python -m worker.jobs.profile_dataset FOLDER`: look at a version's rows, and say what is there."""

import sys
from pathlib import Path

from backend.runs.states import Phase
from worker.jobs import ending
from worker.jobs.folder import JobFolder
from worker.jobs.lifeline import Lifeline
from worker.jobs.looking.look import look
from worker.jobs.looking.suspects import Judge
from worker.jobs.profile_order import ProfileOrder
from worker.jobs.report import Report


def profile(folder: JobFolder) -> None:
    """Look, and leave the result. Raises Refused where the model that is to judge can't be had."""
    order = ProfileOrder.model_validate(folder.job())
    report = Report(folder.spool)
    report.phase(Phase.PREPARING)
    judge = _judge(order) if order.settings.with_model else None
    report.phase(Phase.EVALUATING)
    result = look(order, judge, lambda percent: report.progress(percent=round(percent, 1)))
    report.log(result.sentence)
    (folder.result / "result.json").write_text(result.model_dump_json(), encoding="utf-8")


def _judge(order: ProfileOrder) -> Judge:
    from worker.jobs.base_model import load_named  # torch takes seconds; most looks need none

    model = load_named(order.settings.base_model, order.model_folders, "base model")
    return lambda texts: model.encode(texts, normalize_embeddings=True)


def main() -> int:
    folder = JobFolder(Path(sys.argv[1]))
    Lifeline(at_once=True).hold()
    return ending.run(folder, lambda: profile(folder))


if __name__ == "__main__":
    sys.exit(main())
