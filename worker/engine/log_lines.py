"""Log lines on a terminal: beside progress bars, in a format of one's own, or not at all."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from tqdm import tqdm  # type: ignore[import-untyped]  # ships no types

NOTICE = 25  # between INFO and WARNING


class LoggingHandler(logging.Handler):
    """Writes log lines above the progress bars instead of through them."""

    def __init__(self, level: int = logging.NOTSET) -> None:
        super().__init__(level)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            tqdm.write(self.format(record))
        except Exception:  # logging's own rule: a line that fails must not end the program
            self.handleError(record)


def install_logger(
    given_logger: logging.Logger,
    level: int = logging.WARNING,
    fmt: str = "%(levelname)s:%(name)s:%(message)s",
) -> None:
    """Let `given_logger` write lines of `level` and above in `fmt`, and give it a `notice` method.

    Called again, it changes level and format; lines are not written twice.
    """
    logging.addLevelName(NOTICE, "NOTICE")
    given_logger.notice = partial(given_logger.log, NOTICE)  # type: ignore[attr-defined]  # new
    handler = next((h for h in given_logger.handlers if isinstance(h, LoggingHandler)), None)
    if handler is None:
        handler = LoggingHandler()
        given_logger.addHandler(handler)
    handler.setFormatter(logging.Formatter(fmt))
    given_logger.setLevel(level)


@contextmanager
def disable_logging(highest_level: int = logging.CRITICAL) -> Iterator[None]:
    """No log lines of `highest_level` and below inside a with block."""
    before = logging.root.manager.disable
    logging.disable(highest_level)
    try:
        yield
    finally:
        logging.disable(before)
