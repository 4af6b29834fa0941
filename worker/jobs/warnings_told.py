"""What the engine warns of on its way (a checkpoint that is damaged, a resume that won't be bit for
bit the same) belongs into the story of the run, not only into its process's log."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from worker.jobs.report import Report

TOLD = logging.getLogger("worker.engine.checkpoints")


class _Into(logging.Handler):
    def __init__(self, report: Report) -> None:
        super().__init__(logging.WARNING)
        self._report = report

    def emit(self, record: logging.LogRecord) -> None:
        self._report.log(record.getMessage(), level="warning")


@contextmanager
def warnings_told(report: Report) -> Iterator[None]:
    """Within, each warning about checkpoints is an event too."""
    handler = _Into(report)
    TOLD.addHandler(handler)
    try:
        yield
    finally:
        TOLD.removeHandler(handler)
