"""`likewise jobs`: all queued work, whatever it is of."""

from typing import Annotated

import typer

from likewise.cli.commands import Commands
from likewise.cli.connect import connect
from likewise.cli.output import Json, show, table

app = typer.Typer(cls=Commands, no_args_is_help=True, help="Queued work of any kind: list, cancel.")


@app.command("ls")
def ls(
    kind: Annotated[str | None, typer.Option(help="train, import, profile, …")] = None,
    status: Annotated[
        str | None, typer.Option(help="Only those of this status; several with commas.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20,
    as_json: Json = False,
) -> None:
    """The newest jobs, newest first."""
    from likewise.cli.words import ago

    with connect() as client:
        jobs = client.jobs(kind, status, limit)
    rows = [[job.id, job.kind, job.status, ago(job.created_at)] for job in jobs]
    show(jobs, as_json, lambda: table(["job", "kind", "status", "made"], rows))


@app.command("cancel")
def cancel(
    job_id: Annotated[str, typer.Argument(metavar="JOB", help="Its id: job_…")],
    as_json: Json = False,
) -> None:
    """End a job: at once if it waits, within seconds if it works."""
    with connect() as client:
        job = client.cancel_job(job_id)
    show(job, as_json, lambda: f"{job.id} is {job.status}")
