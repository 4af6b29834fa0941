"""`likewise train`: a recipe file to a proved model."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from likewise.cli.exits import Exit
from likewise.cli.follow import follow, tell_end
from likewise.cli.output import Json, note, show
from likewise.cli.settings import settings

if TYPE_CHECKING:
    from backend.problems import Fix
    from backend.runs.schemas import RunOut
    from likewise.client import ApiError, Client

MOST_ROUNDS = 10
"""A fix may bring up the next problem; so many in a row, and they go in circles."""

RUN_GOES_ON = (
    "The run goes on. To see it: likewise runs logs -f {run}. To end it: likewise runs cancel {run}"
)
OURS_ENDS = (
    "The training writes a checkpoint and waits. It goes on with the next `likewise start`: {run}"
)


def train(
    recipe: Annotated[Path, typer.Argument(help="A recipe: YAML or JSON.", show_default=False)],
    name: Annotated[str | None, typer.Option(help="What the run is called.")] = None,
    is_followed: Annotated[
        bool, typer.Option("--follow/--no-follow", help="Stay until the run has ended.")
    ] = True,
    fix: Annotated[
        int | None, typer.Option(min=1, help="Apply the fix of this number, then train.")
    ] = None,
    applies_fixes: Annotated[
        bool, typer.Option("--apply-fixes", help="Apply the first fix of each problem.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Train a recipe. Uses LIKEWISE_URL, else the studio of LIKEWISE_DATA, else one of its own."""
    from likewise.cli.recipe_file import load, resolve

    plain = load(recipe)
    with studio_for_a_run(is_followed, as_json) as (client, is_ours):
        resolved = resolve(client, plain, recipe.parent, lambda text: note(text, as_json))
        run = _start(client, resolved, name, fix, applies_fixes, as_json)
        if not is_followed:
            show(run, as_json, lambda: f"{run.id}\nFollow it: likewise runs logs -f {run.id}")
            return
        note(f"run {run.id}, {run.name}: {client.url}/runs/{run.id}", as_json)
        try:
            run = follow(client, run.id, as_json)
        except KeyboardInterrupt:
            note((OURS_ENDS if is_ours else RUN_GOES_ON).format(run=run.id), as_json)
            raise typer.Exit(Exit.INTERRUPTED) from None
        raise typer.Exit(tell_end(client, run, as_json))


@contextmanager
def studio_for_a_run(is_followed: bool, as_json: bool) -> Iterator[tuple["Client", bool]]:
    """A client of the studio that is there, else of one that lives as long as this block; and
    whether it is such a one of our own."""
    from likewise.client import Client, NoStudio
    from likewise.embedded.ports import first_free
    from likewise.embedded.studio import running_studio

    try:
        client = Client()
    except NoStudio:
        if not is_followed:
            raise
    else:
        with client:
            yield client, False
        return
    chosen = settings()
    chosen = chosen.model_copy(update={"port": first_free(chosen.host, chosen.port)})
    note(f"No studio is running; starting one on {chosen.data.absolute()} for this run.", as_json)
    with (
        running_studio(chosen, lambda text: note(text, as_json)) as studio,
        Client(studio.url) as client,
    ):
        yield client, True


def _start(
    client: "Client",
    recipe: dict[str, Any],
    name: str | None,
    fix: int | None,
    applies_fixes: bool,
    as_json: bool,
) -> "RunOut":
    from likewise.client import ApiError, apply_fix

    for _ in range(MOST_ROUNDS):
        try:
            return client.start(recipe, name)
        except ApiError as refusal:
            chosen = chosen_fixes(refusal, fix, applies_fixes)
            if not chosen:
                raise
        for one in chosen:
            note(f"applied: {one.label}", as_json)
            recipe = apply_fix(recipe, one)
        fix = None  # its number spoke of that list of problems only
    return client.start(recipe, name)


def chosen_fixes(refusal: "ApiError", fix: int | None, applies_fixes: bool) -> list["Fix"]:
    """The fixes to apply now: number `fix`, or the first of the first problem that has one.

    One at a time: a fix may solve, or move, what another speaks of.
    """
    if fix is not None:
        if fix > len(refusal.fixes):
            raise typer.BadParameter(f"there are {len(refusal.fixes)} fixes\n{refusal}")
        return [refusal.fixes[fix - 1]]
    return list(refusal.fixes[:1]) if applies_fixes else []
