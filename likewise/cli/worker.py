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
    devices: Annotated[
        str | None,
        typer.Option(help="The GPUs that it may use, such as 0,1. All of them train one model."),
    ] = None,
) -> None:
    """Run one worker of a queue. SIGTERM: it writes a checkpoint, hands its job back and ends."""
    # This process becomes the worker, so that signals reach it and no other.
    narrowed = ["--devices", devices] if devices else []
    command = [sys.executable, "-m", "worker.run", "--queue", queue, *narrowed]
    os.execv(sys.executable, command)
