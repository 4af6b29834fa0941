"""`python -m worker.jobs.import_dataset FOLDER`: read a table from wherever it is, as one version."""

import sys
from pathlib import Path, PurePosixPath
from typing import Any

from backend.datasets.parsed import Parsed, name_of, operation_of
from backend.datasets.reading.table import read_tables
from backend.problems import Refusal
from backend.runs.states import Phase
from worker.jobs import ending, storage_file
from worker.jobs.ending import Refused
from worker.jobs.folder import PARSED_FILE, ROWS_FILE, JobFolder
from worker.jobs.import_order import ImportOrder, StorageOrder
from worker.jobs.lifeline import Lifeline
from worker.jobs.reading_progress import ReadingProgress
from worker.jobs.report import Report

Files = list[tuple[Path, str]]


def bring(folder: JobFolder) -> None:
    """Read what is ordered into the job's result: the rows, and what is known of them.

    Raises Refused where it holds no table or can't be fetched, saying why and what to do.
    """
    order = ImportOrder.model_validate(folder.job())
    report = Report(folder.spool)
    report.phase(Phase.PREPARING)
    try:
        files, name, operation = _fetched(order, folder, report)
        place = folder.result / ROWS_FILE
        with ReadingProgress(report, [path for path, _ in files]):
            read = read_tables(files, place)
    except Refusal as refusal:
        first = refusal.problems[0]
        raise Refused(first.code, first.title, first.detail) from refusal
    report.phase(Phase.SAVING)
    parsed = Parsed.of(read, name, operation)
    (folder.result / PARSED_FILE).write_text(parsed.model_dump_json(), encoding="utf-8")
    report.log(f"{parsed.facts.rows:,} rows came")


def _fetched(
    order: ImportOrder, folder: JobFolder, report: Report
) -> tuple[Files, str, dict[str, Any]]:
    """The files to read, what a dataset of them is called, and what is said of where it is from."""
    if order.hub is not None:
        from worker.jobs import hub_rows  # two seconds that other sources needn't wait

        place = folder.path / ROWS_FILE
        operation = hub_rows.bring(order.hub, place, report)
        return [(place, ROWS_FILE)], order.hub.in_words, operation
    if order.storage is not None:
        return _from_storage(order.storage, folder, report)
    files = [(each.path, each.file_name) for each in order.files or []]
    return files, name_of(files), operation_of(files)


def _from_storage(
    order: StorageOrder, folder: JobFolder, report: Report
) -> tuple[Files, str, dict[str, Any]]:
    place = folder.path / "file"
    storage_file.fetch(order, place, report)
    files = [(place, PurePosixPath(order.url).name)]
    return files, name_of(files), {"kind": "storage", "url": order.url}


def main() -> int:
    folder = JobFolder(Path(sys.argv[1]))
    Lifeline(at_once=True).hold()
    return ending.run(folder, lambda: bring(folder))


if __name__ == "__main__":
    sys.exit(main())
