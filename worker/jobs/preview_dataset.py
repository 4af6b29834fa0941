"""`python -m worker.jobs.preview_dataset FOLDER`: the first rows of a Hub dataset, by streaming."""

import sys
from pathlib import Path

from backend.hub.errors import NoSuchPart
from backend.preparing.hub.first_rows import ROWS, FirstRows, Wanted, shortened
from backend.problems import Refusal
from backend.runs.states import Phase
from worker.jobs import ending
from worker.jobs.ending import Refused
from worker.jobs.folder import JobFolder
from worker.jobs.hub_access import hub_access
from worker.jobs.hub_rows import features_of, shape_of
from worker.jobs.hub_source import Source, opened, told
from worker.jobs.lifeline import Lifeline
from worker.jobs.report import Report


def look(folder: JobFolder) -> None:
    """Read the first rows and write what was seen. Raises Refused, with what to do."""
    wanted = Wanted.model_validate(folder.job())
    report = Report(folder.spool)
    report.phase(Phase.PREPARING)
    report.log(f"asking the Hub for the first rows of {wanted.repo}")
    try:
        seen = first_rows(wanted)
    except Refusal as refusal:
        problem = refusal.problems[0]
        raise Refused(problem.code, problem.title, problem.detail) from refusal
    (folder.result / "result.json").write_text(seen.model_dump_json(), encoding="utf-8")


def first_rows(wanted: Wanted) -> FirstRows:
    """Raises a Refusal."""
    source = _opened(wanted)
    name = wanted.split or ("train" if "train" in source.splits else next(iter(source.splits)))
    rows = source.split(name)
    shape = shape_of(source, name, wanted.repo)
    with told(hub_access(), wanted.repo):
        features = features_of(rows)
        usable = rows.select_columns(list(shape.usable)) if shape.left_out else rows
        table = next(iter(usable.with_format("arrow").iter(batch_size=ROWS)), None)
    return FirstRows(
        subset=source.subset,
        split=name,
        features=features,
        rows=shortened(table.to_pylist()) if table is not None else [],
        subsets=source.subsets,
        splits={each: source.rows.get(each) for each in source.splits},
    )


def _opened(wanted: Wanted) -> Source:
    """Without a subset the first one, where the dataset wants one to be named."""
    access = hub_access()
    try:
        return opened(access, wanted.repo, wanted.subset, wanted.commit)
    except NoSuchPart as missing:
        if wanted.subset is not None or not missing.there:
            raise
        return opened(access, wanted.repo, missing.there[0], wanted.commit)


def main() -> int:
    folder = JobFolder(Path(sys.argv[1]))
    Lifeline(at_once=True).hold()
    return ending.run(folder, lambda: look(folder))


if __name__ == "__main__":
    sys.exit(main())
