"""`likewise healthcheck`: does this host's worker live? For containers and other supervisors."""

import socket
from typing import Annotated

import typer

from likewise.cli.exits import Exit
from likewise.cli.settings import settings


def healthcheck(
    queue: Annotated[
        str, typer.Option(help="The queue of the worker that is asked about.")
    ] = "gpu",
) -> None:
    """Say whether the worker of this host and queue beats in the database; status 1 if not."""
    from backend.studio import Studio
    from backend.workers.health import is_beating

    studio = Studio.open(settings())
    is_alive = is_beating(studio, socket.gethostname(), queue)
    typer.echo("it beats" if is_alive else f"no worker of queue {queue} beats on this host")
    if not is_alive:
        raise typer.Exit(Exit.FAILED)
