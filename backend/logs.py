"""What the processes say: a line a fact, on the standard error, the libraries' lines too.

One handler for all of them. It hides what looks like a secret, and writes every control character
as an escape, so that no text from outside can pose as a line of its own, nor move a terminal. A
traceback stands below its line, indented, and never holds the values of variables: among them are
people's rows.
"""

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from backend.secret_shapes import hide

OURS = ("backend", "worker.app", "worker.embedder", "worker.run", "worker.supervisor", "celery")
"""Whose plain facts are told; of all others only warnings."""

_FIRST = ("timestamp", "level", "event")
_LONGEST = 4_000  # characters of one value: a log is no place for documents


class _Handler(logging.StreamHandler[TextIO]):
    """To whatever is the standard error when the line is written."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # as logging's own last resort has it
        return sys.stderr


def begin() -> None:
    """Have this process, and what it forks, tell its facts so. Twice is once."""
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    root = logging.getLogger()
    if any(isinstance(handler, _Handler) for handler in root.handlers):
        return
    handler = _Handler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*before, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _line,
            ],
        )
    )
    root.addHandler(handler)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)


def _line(_logger: WrappedLogger, _method: str, facts: EventDict) -> str:
    """`2026-11-28T18:00:00Z info  job claimed  job_id=job_01… attempt=3`"""
    trace = str(facts.pop("exception", ""))
    at, level, event = (_cut(str(facts.pop(name, ""))) for name in _FIRST)
    told = " ".join(f"{name}={_value(value)}" for name, value in facts.items())
    line = hide(f"{at} {level:<7} {event}  {told}".rstrip())
    below = [f"    {hide(_cut(each))}" for each in trace.splitlines()]
    return "\n".join([line, *below])


def _value(value: object) -> str:
    text = _cut(str(value))
    return f'"{text}"' if " " in text else text


def _cut(text: str) -> str:
    return escaped(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")


def escaped(text: str) -> str:
    """The text in one line: each sign that is not printed stands as its escape, `\\n` and the like."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text
    )
