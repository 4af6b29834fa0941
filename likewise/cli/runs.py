"""`likewise runs`: what was trained, what is training."""

from typing import TYPE_CHECKING, Annotated

import typer

from likewise.cli.commands import Commands
from likewise.cli.connect import connect
from likewise.cli.follow import STATUS_EXITS, follow, tell_end
from likewise.cli.output import Json, facts, show, show_line, table

if TYPE_CHECKING:
    from backend.runs.schemas import RunOut

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    help="Trainings: list, look, follow, pause, try again, cancel.",
)

RunId = Annotated[str, typer.Argument(metavar="RUN", help="The run's id: run_…")]
Limit = Annotated[int, typer.Option(min=1, help="How many at most.")]


@app.command("ls")
def ls(
    status: Annotated[str | None, typer.Option(help="Only those of this status.")] = None,
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    """The newest runs, newest first."""
    from backend.runs.states import JobStatus

    if status is not None and status not in list(JobStatus):
        raise typer.BadParameter(f"{status!r} is none of {', '.join(JobStatus)}")
    with connect() as client:
        runs = client.runs(JobStatus(status) if status else None, limit)
    show(runs, as_json, lambda: _list(runs))


@app.command("show")
def show_run(run_id: RunId, as_json: Json = False) -> None:
    """One run: where it is, and what it left."""
    with connect() as client:
        run = client.run(run_id)
    show(run, as_json, lambda: _facts(run))


@app.command("logs")
def logs(
    run_id: RunId,
    is_followed: Annotated[
        bool, typer.Option("--follow", "-f", help="Stay until the run has ended.")
    ] = False,
    after: Annotated[int, typer.Option(min=0, help="Events after this number only.")] = 0,
    as_json: Json = False,
) -> None:
    """A run's events. With -f the exit status is the run's: 0 succeeded, 1 failed, 5 cancelled."""
    from likewise.cli.progress import sparse

    with connect() as client:
        if is_followed:
            raise typer.Exit(tell_end(client, follow(client, run_id, as_json, after), as_json))
        page = client.events(run_id, after)
        events = page.items
        while page.items and page.items[-1].seq < page.last_seq:
            page = client.events(run_id, page.items[-1].seq)
            events += page.items
    if as_json:
        for event in events:
            show_line(event)
    else:
        for line in sparse(events):
            print(line)


@app.command("cancel")
def cancel(run_id: RunId, as_json: Json = False) -> None:
    """End a run: at once if it waits, within seconds if it works."""
    with connect() as client:
        run = client.cancel(run_id)
    words = f"{run.id} is {run.status}" if run.status in STATUS_EXITS else f"{run.id} is ending"
    show(run, as_json, lambda: words)


@app.command("pause")
def pause(run_id: RunId, as_json: Json = False) -> None:
    """Set a run aside: at once if it waits, with a checkpoint if it works."""
    with connect() as client:
        run = client.pause(run_id)
    said = "is paused" if run.status == "paused" else "pauses once its checkpoint is written"
    show(run, as_json, lambda: f"{run.id} {said}")


@app.command("resume")
def resume(run_id: RunId, as_json: Json = False) -> None:
    """Let a paused run go on from its last checkpoint."""
    with connect() as client:
        run = client.resume(run_id)
    show(run, as_json, lambda: f"{run.id} is {run.status}")


@app.command("retry")
def retry(run_id: RunId, as_json: Json = False) -> None:
    """Try a run again that failed or was stopped."""
    with connect() as client:
        run = client.retry(run_id)
    show(run, as_json, lambda: f"{run.id} is {run.status}")


@app.command("clone")
def clone(
    run_id: RunId,
    name: Annotated[str | None, typer.Option(help="What the new run is called.")] = None,
    as_json: Json = False,
) -> None:
    """A new run of the same recipe."""
    with connect() as client:
        run = client.clone(run_id, name=name)
    show(run, as_json, lambda: f"{run.id} is {run.status}")


def _list(runs: list["RunOut"]) -> str:
    from likewise.cli.words import ago

    if not runs:
        return "No runs yet. The first: likewise train RECIPE.yaml"
    rows = [[run.id, run.status, _progress(run), ago(run.created_at), run.name] for run in runs]
    return table(["run", "status", "", "started", "name"], rows)


def _progress(run: "RunOut") -> str:
    if run.progress is None or run.status.is_ended:
        return ""
    return f"{run.progress.percent:.0f} %"


def _facts(run: "RunOut") -> str:
    from likewise.cli.words import duration

    took = (run.ended_at - run.started_at) if run.ended_at and run.started_at else None
    return facts(
        {
            "run": run.id,
            "name": run.name,
            "status": run.status,
            "phase": run.phase,
            "progress": _progress(run) or None,
            "problem": f"{run.problem.title}: {run.problem.detail}" if run.problem else None,
            "took": duration(took.total_seconds()) if took else None,
            "attempts": str(run.attempt),
            "base model": run.recipe.base_model,
            "loss": run.recipe.loss.name,
            "data": ", ".join(use.version for use in run.recipe.datasets),
            "model": run.model_id,
        }
    )
