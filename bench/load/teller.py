"""A job's process that does nothing but tell: as many events as it was ordered."""

import sys
from pathlib import Path

from worker.jobs.folder import JobFolder
from worker.jobs.report import Report


def main() -> None:
    folder = JobFolder(Path(sys.argv[1]))
    report = Report(folder.spool)
    for n in range(folder.job()["events"]):
        report.metrics(n, 0.0, loss=1.0)


if __name__ == "__main__":
    main()
