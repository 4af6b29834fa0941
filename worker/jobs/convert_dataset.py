"""`python -m worker.jobs.convert_dataset FOLDER`: a version's rows, changed step by step."""

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from backend.datasets import facts
from backend.datasets.operations.by_name import parse_all
from backend.datasets.operations.operation import Operation
from backend.datasets.operations.run import Apply, apply_plainly, record, walk
from backend.datasets.operations.writing import write_rows
from backend.datasets.parsed import Parsed
from backend.problems import Invalid
from backend.runs.states import Phase
from worker.jobs import ending
from worker.jobs.convert_order import ConvertOrder
from worker.jobs.ending import Refused
from worker.jobs.folder import PARSED_FILE, ROWS_FILE, JobFolder
from worker.jobs.lifeline import Lifeline
from worker.jobs.report import Report


def convert(folder: JobFolder, report: Report, apply: Apply = apply_plainly) -> None:
    """Leave the changed rows in the job's result, and what is known of them.

    Raises Refused where a step can't be done, naming it.
    """
    order = ConvertOrder.model_validate(folder.job())
    report.phase(Phase.PREPARING)
    steps = []
    try:
        operations = parse_all(order.operations)
        table = pq.read_table(order.rows_file)
        for done, changed in walk(operations, table, _told(report, apply)):
            steps.append(done)
            table = changed
            report.log(f"{done.sentence} {done.after:,} rows now.")
            report.progress(
                phase=Phase.PREPARING.value,
                step=len(steps),
                total_steps=len(operations),
                percent=round(90 * len(steps) / len(operations), 1),
            )
    except Invalid as refusal:
        first, *more = refusal.problems
        others = f" ({len(more)} more like this)" if more else ""
        raise Refused(first.code, first.title, first.detail + others) from refusal
    report.phase(Phase.SAVING)
    written = write_rows(table, folder.result / ROWS_FILE)
    parsed = Parsed(
        name=order.name,
        operation=record(steps),
        content_hash=written.content_hash,
        table=facts.to_json(written.facts),
    )
    (folder.result / PARSED_FILE).write_text(parsed.model_dump_json(), encoding="utf-8")


def _told(report: Report, apply: Apply) -> Apply:
    """`apply`, which says what it is at before it begins: a step may take its time."""

    def told(operation: Operation, table: pa.Table) -> pa.Table:
        report.log(f"{operation.name}: {len(table):,} rows")
        return apply(operation, table)

    return told


def main() -> int:
    folder = JobFolder(Path(sys.argv[1]))
    Lifeline(at_once=True).hold()
    return ending.run(folder, lambda: convert(folder, Report(folder.spool)))


if __name__ == "__main__":
    sys.exit(main())
