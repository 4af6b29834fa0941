"""What the exit status says. Scripts may rely on these."""

from enum import IntEnum


class Exit(IntEnum):
    """0 is success; everything else says what to do: mend, wait, or look at the log."""

    OK = 0
    FAILED = 1  # the run failed, a check failed, or the command itself did
    USAGE = 2  # the command line can't be read; what typer says too
    REFUSED = 3  # the studio refused: an invalid recipe, a broken file, a wrong state
    UNREACHABLE = 4  # no studio runs here, or it doesn't answer
    CANCELLED = 5  # the run was cancelled
    IN_USE = 6  # another studio has this data folder, or this port
    NOT_FOUND = 7  # there is no such run, model, dataset or file
    INTERRUPTED = 130  # Ctrl-C; what shells say too
