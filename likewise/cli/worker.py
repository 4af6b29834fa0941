"""`likewise worker`: one worker, for installations that run the parts apart."""

import os
import sys
from typing import Annotated

import typer


def worker(
    queue: Annotated[
        str,
        typer.Option(help="gpu: trains and evaluates. cpu: imports, converts. Or your own."),
    ] = "gpu",
) -> None:
    """Run one worker of a queue. SIGTERM: it writes a checkpoint, hands its job back and ends."""
    # This process becomes the worker, so that signals reach it and no other.
    os.execv(sys.executable, [sys.executable, "-m", "worker.run", "--queue", queue])
