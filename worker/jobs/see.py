"""`python -m worker.jobs.see FOLDER`: a person's texts, as base and tuned model see them."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from backend.datasets.split import normal
from backend.proof.flat_maps import flat_maps
from backend.proof.kept import PROVE
from backend.proof.neighbours import compare
from backend.proof.seen import Seen, write
from backend.runs.states import Phase
from worker.engine.model import SentenceTransformer
from worker.jobs import ending
from worker.jobs.ending import Refused
from worker.jobs.folder import JobFolder
from worker.jobs.lifeline import Lifeline
from worker.jobs.measures import Columns
from worker.jobs.model_work import ModelWork
from worker.jobs.questions import open_part
from worker.jobs.report import Report
from worker.jobs.seen_texts import How, SeenTexts, seen_texts

AT_ONCE = 512
"""Texts that are embedded before the progress is told."""

EMBEDDED = 90.0
"""Percent of the job at which both models have embedded all texts."""

FEWEST = 3
"""Texts of which two can be nearer than the third."""


def look(folder: JobFolder) -> None:
    """Leave what both models see in the job's result.

    Raises Refused where there are too few texts, or a model can't be had.
    """
    work = ModelWork(folder)
    report = work.report
    report.phase(Phase.PREPARING)
    chosen = seen_texts(work.order.train, closed=_closed(work))
    count, left_out = len(chosen.texts), chosen.left_out
    if count < FEWEST:
        raise Refused(
            "too_few_texts",
            "There are too few texts to compare",
            f"The datasets of this model's training have {count} different texts to look at; "
            f"neighbours and a map need at least {FEWEST}.",
        )
    report.log(f"{count:,} texts are looked at" + (f"; {left_out:,} more are not" * (left_out > 0)))
    report.phase(Phase.EVALUATING)
    told = _Told(report, total=2 * count)
    at_once = work.recipe.arguments.per_device_eval_batch_size
    base_ND = embedded(work.base, chosen, at_once, told)
    tuned_ND = embedded(work.tuned, chosen, at_once, told)
    report.phase(Phase.SAVING)
    base, tuned = base_ND.astype(np.float16), tuned_ND.astype(np.float16)
    near = compare(base.astype(np.float32), tuned.astype(np.float32))  # by what a search finds
    report.progress(phase=Phase.SAVING.value, percent=95.0)
    seen = Seen(
        texts=pa.array(chosen.texts, pa.string()),
        base=base,
        tuned=tuned,
        neighbours=near,
        maps=flat_maps(base_ND, tuned_ND),
        asked=chosen.asked,
        left_out=left_out,
        groups=chosen.groups,
    )
    write(folder.result / "seen", seen)
    report.progress(phase=Phase.SAVING.value, percent=100.0, eta_seconds=0.0)
    report.log(f"{near.stayed.mean() / near.count:.0%} of all nearest neighbours stayed the same")


def _closed(work: ModelWork) -> set[str]:
    """The texts of *prove*, where nobody has opened it for this model: nobody looks into it here."""
    if open_part(work.order) == PROVE:
        return set()
    return {
        normal(text)
        for kept_aside in work.parts.measured.values()
        for column in Columns.of(kept_aside.prove).inputs
        for text in column
    }


def embedded(
    model: SentenceTransformer, chosen: SeenTexts, batch_size: int, told: Callable[[int], None]
) -> NDArray[np.float32]:
    """The vectors of all texts, of length 1 (N×D), each embedded in its own way."""
    by_way: dict[How, list[int]] = {}
    for place, how in enumerate(chosen.how):
        by_way.setdefault(how, []).append(place)
    places, parts = [], []
    for how, members in by_way.items():
        encode = model.encode_document if how.is_document else model.encode
        for start in range(0, len(members), AT_ONCE):
            some = members[start : start + AT_ONCE]
            found = encode(
                [chosen.texts[place] for place in some],
                prompt=how.prompt,
                batch_size=batch_size,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            places += some
            parts.append(np.asarray(found, dtype=np.float32))
            told(len(some))
    vectors_ND = np.concatenate(parts)
    in_order_ND = np.empty_like(vectors_ND)
    in_order_ND[places] = vectors_ND
    return in_order_ND


class _Told:
    """Tells how far the embedding is, and what is left at the speed so far."""

    def __init__(self, report: Report, total: int) -> None:
        self._report = report
        self._total = total
        self._done = 0
        self._began = time.monotonic()

    def __call__(self, count: int) -> None:
        self._done += count
        seconds = time.monotonic() - self._began
        self._report.progress(
            phase=Phase.EVALUATING.value,
            step=self._done,
            total_steps=self._total,
            percent=round(EMBEDDED * self._done / self._total, 1),
            eta_seconds=round(seconds * (self._total - self._done) / self._done, 1),
        )


def main() -> int:
    folder = JobFolder(Path(sys.argv[1]))
    Lifeline(at_once=True).hold()
    return ending.run(folder, lambda: look(folder))


if __name__ == "__main__":
    sys.exit(main())
