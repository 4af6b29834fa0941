"""The end of a process that trained together with others."""

import atexit
from functools import lru_cache

from torch import distributed


@lru_cache(maxsize=1)
def leave_at_exit() -> None:
    """Destroy the process group, if there is one, when this process ends: else torch warns.

    Not before: a person may go on to evaluate, which the processes do together too.
    """
    atexit.register(_leave)


def _leave() -> None:
    if distributed.is_available() and distributed.is_initialized():
        distributed.destroy_process_group()
