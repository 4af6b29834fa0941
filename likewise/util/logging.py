"""Lines of a log beside progress bars."""

from worker.engine.log_lines import LoggingHandler, install_logger

__all__ = [
    "LoggingHandler",
    "install_logger",
]
