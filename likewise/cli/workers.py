"""`likewise workers`: who trains."""

import typer

from likewise.cli.commands import Commands
from likewise.cli.connect import connect
from likewise.cli.output import Json, show, table

app = typer.Typer(cls=Commands, no_args_is_help=True, help="Workers: list.")


@app.command("ls")
def ls(as_json: Json = False) -> None:
    """Every place where jobs are done."""
    from likewise.cli.words import ago

    with connect() as client:
        workers = client.workers()
    rows = [
        [
            worker.id,
            worker.queue,
            worker.state if worker.is_online else "away",
            ago(worker.beat_at),
            worker.host,
            ", ".join(device.name for device in worker.devices),
        ]
        for worker in workers
    ]
    heads = ["worker", "queue", "state", "seen", "host", "devices"]
    show(workers, as_json, lambda: table(heads, rows))
