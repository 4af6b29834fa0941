"""`likewise runs`: what was trained, what is training."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from likewise.cli.commands import Commands
from likewise.cli.connect import connect
from likewise.cli.follow import STATUS_EXITS, follow, tell_end
from likewise.cli.output import Json, facts, show, show_line, table

if TYPE_CHECKING:
    from backend.proof.comparing.schemas import BesideOut, ComparisonOut
    from backend.runs.checkpoints import CheckpointOut
    from backend.runs.schemas import RunOut
    from backend.runs.told import MetricsOut

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    help="Trainings: list, look, follow, pause, try again, cancel.",
)

RunId = Annotated[str, typer.Argument(metavar="RUN", help="The run's id: run_…")]
Limit = Annotated[int, typer.Option(min=1, help="How many at most.")]


@app.command("ls")
def ls(
    status: Annotated[
        str | None, typer.Option(help="Only those of this status; several with commas.")
    ] = None,
    tag: Annotated[str | None, typer.Option(help="Only those with this tag.")] = None,
    dataset: Annotated[str | None, typer.Option(help="Only those trained on it: ds_…")] = None,
    q: Annotated[str | None, typer.Option(help="Only those with this in their name.")] = None,
    sort: Annotated[str, typer.Option(help="created_at, name; with - before it, down.")] = (
        "-created_at"
    ),
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    """Runs, the newest first."""
    from backend.runs.states import JobStatus

    for each in status.split(",") if status else ():
        if each not in list(JobStatus):
            raise typer.BadParameter(f"{each!r} is none of {', '.join(JobStatus)}")
    with connect() as client:
        runs = client.runs(status, limit, tag=tag, dataset_id=dataset, q=q, sort=sort)
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
    tail: Annotated[
        int | None, typer.Option(min=1, max=5_000, help="The newest lines of its log only.")
    ] = None,
    as_json: Json = False,
) -> None:
    """A run's events. With -f the exit status is the run's: 0 succeeded, 1 failed, 5 cancelled."""
    from likewise.cli.progress import sparse

    with connect() as client:
        if tail is not None and not is_followed:
            log = client.logs(run_id, tail)
            show(log, as_json, lambda: "\n".join(line.in_words for line in log.items))
            return
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


@app.command("metrics")
def metrics(
    run_id: RunId,
    keys: Annotated[list[str] | None, typer.Argument(help="Such as loss. Empty: all.")] = None,
    max_points: Annotated[int, typer.Option(min=10, max=10_000, help="About how many.")] = 1_500,
    as_json: Json = False,
) -> None:
    """A run's figures: for each its first, last, lowest and highest; with --json all points."""
    with connect() as client:
        told = client.metrics(run_id, keys, max_points=max_points)
    show(told, as_json, lambda: _figures(told))


@app.command("checkpoints")
def checkpoints(run_id: RunId, as_json: Json = False) -> None:
    """What a run could go on from."""
    with connect() as client:
        found = client.checkpoints(run_id)
    show(found, as_json, lambda: _checkpoints(found))


@app.command("compare")
def compare(
    run_ids: Annotated[list[str], typer.Argument(metavar="RUN RUN…", help="Two to six runs.")],
    as_json: Json = False,
) -> None:
    """Runs beside the first: their metrics on the rows to choose by, and where recipes differ."""
    with connect() as client:
        found = client.compare_runs(run_ids)
    show(found, as_json, lambda: _compared(found))


@app.command("script")
def script(
    run_id: RunId,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where to put a zip of the script and its rows."),
    ] = None,
) -> None:
    """A run as a Python script for sentence-transformers; with -o, with the rows it reads."""
    with connect() as client:
        if output is None:
            print(client.script(run_id), end="")
            return
        place = client.download_script(run_id, output)
    print(f"{place}: unpack it, and run train.py in it")


@app.command("edit")
def edit(
    run_id: RunId,
    name: Annotated[str | None, typer.Option(help="What it is called.")] = None,
    notes: Annotated[str | None, typer.Option(help="What you want to remember of it.")] = None,
    tag: Annotated[
        list[str] | None, typer.Option(help="Its tags from now on; give it once for each.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Give a run another name, notes or tags; what you leave out stays."""
    wished = {"name": name, "notes": notes, "tags": tag}
    with connect() as client:
        run = client.change_run(run_id, **{k: v for k, v in wished.items() if v is not None})
    show(run, as_json, lambda: _facts(run))


@app.command("rm")
def rm(run_id: RunId, as_json: Json = False) -> None:
    """Delete a run that has ended and left no model."""
    with connect() as client:
        client.delete_run(run_id)
    show({"deleted": run_id}, as_json, lambda: f"{run_id} is deleted")


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


@app.command("seeds")
def seeds(run_id: RunId, as_json: Json = False) -> None:
    """Train the same recipe twice more, with other seeds and the same rows kept aside."""
    with connect() as client:
        found = client.train_other_seeds(run_id)
    show(found, as_json, lambda: "\n".join(f"{run.id} {run.name}" for run in found))


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


def _figures(told: "MetricsOut") -> str:
    rows = [
        [
            curve.key,
            str(curve.points),
            *(f"{value:.4g}" for value in (curve.values[0], curve.values[-1])),
            *(f"{value:.4g}" for value in (min(curve.values), max(curve.values))),
        ]
        for curve in told.items
    ]
    return table(["figure", "points", "first", "last", "lowest", "highest"], rows)


def _compared(found: "ComparisonOut") -> str:
    def beside(run: "BesideOut") -> list[str]:
        judged = run.choose
        if judged is None:
            return [run.name, run.status, "", "", "", ""]
        gap = judged.gap
        told = ["", "", ""]
        if gap is not None:
            between = f"{gap.ci95[0]:+.3f} … {gap.ci95[1]:+.3f}"
            told = [f"{gap.difference:+.3f}", between, gap.word]
        return [run.name, f"{judged.tuned:.3f}", judged.metric, *told]

    head = ["run", "on choose", "metric", "beside the first", "95 %", ""]
    whole = table(head, [beside(run) for run in found.runs])
    places = [
        [each.path, *("" if value is None else str(value) for value in each.values)]
        for each in found.settings
    ]
    names = ["differs", *(run.name for run in found.runs)]
    return f"{whole}\n\n{table(names, places)}" if places else whole


def _checkpoints(found: list["CheckpointOut"]) -> str:
    from likewise.cli.words import ago, size

    if not found:
        return "None are kept. Those of a run that ended well are not."
    rows = [
        [str(each.step), str(each.attempt), size(each.size_bytes), ago(each.written_at)]
        for each in found
    ]
    return table(["step", "attempt", "size", "written"], rows)


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
            "tags": ", ".join(run.tags) or None,
            "notes": run.notes or None,
            "base model": run.recipe.base_model,
            "loss": run.recipe.loss.name,
            "adapter": run.recipe.lora.in_words if run.recipe.lora else None,
            "data": ", ".join(use.version for use in run.recipe.datasets),
            "model": run.model_id,
        }
    )
