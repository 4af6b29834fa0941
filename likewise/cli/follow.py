"""A run from here to its end, and the exit status that stands for how it ended."""

import sys
from typing import TYPE_CHECKING

from likewise.cli.exits import Exit
from likewise.cli.output import note, show_line

if TYPE_CHECKING:
    from backend.runs.schemas import RunOut
    from likewise.client import Client

STATUS_EXITS = {"succeeded": Exit.OK, "failed": Exit.FAILED, "cancelled": Exit.CANCELLED}


def follow(client: "Client", run_id: str, as_json: bool, after: int = 0) -> "RunOut":
    """Show the run's events until it ends; on stdout as JSON lines, or for people on stderr."""
    from likewise.cli.progress import watch

    events = client.follow(run_id, after)
    if as_json:
        for event in events:
            show_line(event)
    else:
        watch(events, sys.stderr)
    return client.wait(run_id)


def tell_end(client: "Client", run: "RunOut", as_json: bool) -> Exit:
    """Print how a run ended, with its proof where it left a model."""
    from likewise.cli.verdict import proof

    model = client.model(run.model_id) if run.model_id else None
    if as_json:
        show_line({"run": run, "model": model})
    elif model is not None:
        print(proof(model))
    elif run.problem is not None:
        note(f"{run.problem.title}\n  {run.problem.detail}\nThe log: likewise runs logs {run.id}")
    else:
        note(f"run {run.id} was {run.status}")
    return STATUS_EXITS[run.status]
