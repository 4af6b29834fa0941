"""When a message is tried again. Pure.

Source: Standard Webhooks 1.0, "Deliverability and reliability".
"""

import random

WAITS_SECONDS = (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Before the first try, the second, …: three days in all, so that a broken weekend loses nothing."""

JITTER = 0.2
"""Of a wait, more at most: those that failed together don't come back together."""


def wait_seconds(tries: int, jitter: float | None = None) -> float | None:
    """How long to wait after so many tries that failed; None: it is given up."""
    if tries >= len(WAITS_SECONDS):
        return None
    share = random.random() if jitter is None else jitter
    return WAITS_SECONDS[tries] * (1 + JITTER * share)
