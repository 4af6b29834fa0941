"""`likewise experiments`: a few settings of a recipe, tried as runs of their own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from likewise.cli.commands import Commands
from likewise.cli.connect import connect
from likewise.cli.output import Json, facts, note, show, table

if TYPE_CHECKING:
    from backend.experiments.schemas import ExperimentOut, TrialOut

app = typer.Typer(
    cls=Commands, no_args_is_help=True, help="Try a few settings of a recipe; the best is chosen."
)

ExperimentId = Annotated[
    str, typer.Argument(metavar="EXPERIMENT", help="The experiment's id: exp_…")
]


@app.command("start")
def start(
    recipe: Annotated[Path, typer.Argument(help="A recipe: YAML or JSON.", show_default=False)],
    vary: Annotated[
        list[str],
        typer.Option(
            help="PLACE=LOW..HIGH, PLACE=LOW..HIGH:log, or PLACE=A,B,C; once for each place, such "
            "as arguments.learning_rate=1e-5..1e-4:log."
        ),
    ],
    trials: Annotated[int, typer.Option(min=2, help="How many settings are tried.")] = 8,
    at_once: Annotated[int, typer.Option(min=1, help="So many runs at a time.")] = 1,
    name: Annotated[str | None, typer.Option(help="Default: the recipe's name.")] = None,
    as_json: Json = False,
) -> None:
    """Begin an experiment; answers at once."""
    from likewise.cli.recipe_file import load, resolve

    space = [_varied(written) for written in vary]
    plain = load(recipe)
    with connect() as client:
        resolved = resolve(client, plain, recipe.parent, lambda text: note(text, as_json))
        begun = client.start_experiment(resolved, space, trials, at_once, name)
    show(begun, as_json, lambda: begun.id)


@app.command("ls")
def ls(
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20,
    as_json: Json = False,
) -> None:
    """Experiments, the newest first."""
    with connect() as client:
        found = client.experiments(limit)
    show(found, as_json, lambda: _list(found))


@app.command("show")
def show_experiment(experiment_id: ExperimentId, as_json: Json = False) -> None:
    """One experiment: what was tried, and which was chosen."""
    with connect() as client:
        found = client.experiment(experiment_id)
    show(found, as_json, lambda: _facts(found))


@app.command("cancel")
def cancel(experiment_id: ExperimentId, as_json: Json = False) -> None:
    """Start no more trials, and stop those that run or wait."""
    with connect() as client:
        found = client.cancel_experiment(experiment_id)
    show(found, as_json, lambda: f"{found.id} is {found.status}")


def _varied(written: str) -> dict[str, Any]:
    """`PLACE=LOW..HIGH:log` or `PLACE=A,B,C` as a space has it."""
    import yaml

    place, equals, values = written.partition("=")
    ends, _, scale = values.partition(":")
    low, dots, high = ends.partition("..")
    if not equals or not values or (dots and scale not in ("", "log")):
        raise typer.BadParameter(
            f"{written!r}: write PLACE=LOW..HIGH, PLACE=LOW..HIGH:log, or PLACE=A,B,C"
        )
    if not dots:
        return {"path": place, "choices": [_number(yaml.safe_load(v)) for v in values.split(",")]}
    try:
        return {
            "path": place,
            "low": float(low),
            "high": float(high),
            "is_log": scale == "log",
            "is_whole": low.isdigit() and high.isdigit(),
        }
    except ValueError as error:
        raise typer.BadParameter(f"{written!r}: {error}") from error


def _number(value: Any) -> Any:
    """YAML takes 1e-5 for a text."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _list(found: list["ExperimentOut"]) -> str:
    from likewise.cli.words import ago

    if not found:
        return "No experiments yet. The first: likewise experiments start RECIPE.yaml --vary …"
    rows = [
        [each.id, each.status, f"{len(each.tried)}/{each.trials}", ago(each.created_at), each.name]
        for each in found
    ]
    return table(["experiment", "status", "begun", "started", "name"], rows)


def _facts(found: "ExperimentOut") -> str:
    problem = f"{found.problem.title}: {found.problem.detail}" if found.problem else None
    about = facts(
        {
            "experiment": found.id,
            "name": found.name,
            "status": found.status,
            "problem": problem,
            "measured by": f"{found.metric} on the rows to choose by",
            "base": None if found.base is None else f"{found.base:.4f}",
            "chosen model": found.chosen_model_id,
        }
    )
    places = [varied.path for varied in found.space]
    head = ["", "run", *(place.rsplit(".", 1)[-1] for place in places), found.metric]
    return f"{about}\n\n{table(head, [_trial(each, found, places) for each in found.tried])}"


def _trial(each: "TrialOut", found: "ExperimentOut", places: list[str]) -> list[str]:
    chosen = "✓" if each.run_id == found.chosen_run_id else ""
    metric = each.status if each.metric is None else f"{each.metric:.4f}"
    return [chosen, each.run_id, *(f"{each.values[place]}" for place in places), metric]
