"""A job's own way to the Hub: with the token that its supervisor wrote to its standard input.

What a process was given as argument or in its environment is there for all to read who may look at
processes; what came through a pipe is not. `token` is as the Hub's libraries take it, which are told
by HF_HUB_DISABLE_IMPLICIT_TOKEN to look for none themselves.
"""

import os
import sys

from backend.hub.access import Access

_received: str | None = None


def receive() -> None:
    """Hear the token, or that there is none: one line, which comes before all else on this pipe."""
    global _received
    line = bytearray()
    while (byte := os.read(sys.stdin.fileno(), 1)) and byte != b"\n":
        line += byte
    _received = line.decode() or None


def hub_access() -> Access:
    """The Hub as this job may use it."""
    return Access.now().by(_received)


def token() -> str | bool:
    """False: send none."""
    return hub_access().token or False
