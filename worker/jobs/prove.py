"""`python -m worker.jobs.prove FOLDER`: open *prove* for a model that was trained with it closed."""

import shutil
import sys
from pathlib import Path

from backend.proof.kept import PROVE, write
from backend.runs.states import Phase
from worker.jobs import ending
from worker.jobs.ending import Refused
from worker.jobs.folder import JobFolder
from worker.jobs.lifeline import Lifeline
from worker.jobs.model_work import ModelWork
from worker.jobs.remade_card import CARD, remade
from worker.jobs.verdicts import result_of


def prove(work: ModelWork) -> None:
    """Judge base and tuned model on rows that nothing has seen, and say it in the card.

    Raises Refused where no rows were kept aside.
    """
    work.report.phase(Phase.EVALUATING)
    judges = work.judges(PROVE)
    if not judges:
        raise Refused(
            "nothing_to_prove",
            "There is nothing to prove it by",
            "Its recipe kept no rows aside for that. Train again with held_out.prove_rows set.",
        )
    before = work.measure(work.base, judges)
    work.report.progress(phase=Phase.EVALUATING.value, percent=50.0)
    after = work.measure(work.tuned, judges)
    result, kept = result_of(work.parts, before, after, work.report)
    folder = work.folder.result
    if kept is not None:
        write(folder / "proof", kept)
    shutil.copytree(work.order.model_folder, folder / "model")
    card = folder / "model" / CARD
    card.write_text(remade(card.read_text(encoding="utf-8"), result.proof), encoding="utf-8")
    (folder / "result.json").write_text(result.model_dump_json(), encoding="utf-8")


def main() -> int:
    folder = JobFolder(Path(sys.argv[1]))
    Lifeline(at_once=True).hold()
    return ending.run(folder, lambda: prove(ModelWork(folder)))


if __name__ == "__main__":
    sys.exit(main())
