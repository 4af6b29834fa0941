"""`likewise recipes`: is this recipe sound; and those that are kept."""

from pathlib import Path
from typing import Annotated

import typer

from likewise.cli.commands import Commands
from likewise.cli.connect import connect
from likewise.cli.output import Json, note, show, table

app = typer.Typer(cls=Commands, no_args_is_help=True, help="Recipes: check, keep.")


@app.command("validate")
def validate(
    recipe: Annotated[Path, typer.Argument(help="A recipe: YAML or JSON.", show_default=False)],
    as_json: Json = False,
) -> None:
    """Everything that is wrong with a recipe, at once. Exit status 3 if anything is."""
    from likewise.cli.recipe_file import load, resolve
    from likewise.client import ApiError

    plain = load(recipe)
    with connect() as client:
        resolved = resolve(client, plain, recipe.parent, lambda text: note(text, as_json))
        problems = client.validate(resolved)
        advice = client.advise(resolved)
    for each in advice:
        note(f"{each.title}: {each.detail}", as_json)
    if not problems:
        show({"errors": []}, as_json, lambda: f"{recipe} is sound.")
        return
    raise ApiError(422, problems[0].code, "This recipe can't be trained as it is", problems)


@app.command("estimate")
def estimate(
    recipe: Annotated[Path, typer.Argument(help="A recipe: YAML or JSON.", show_default=False)],
    as_json: Json = False,
) -> None:
    """What training it would take: time, memory and disk."""
    from likewise.cli.recipe_file import load, resolve

    plain = load(recipe)
    with connect() as client:
        resolved = resolve(client, plain, recipe.parent, lambda text: note(text, as_json))
        found = client.estimate(resolved)
    show(found, as_json, lambda: f"{found.sentence}\n{found.basis_sentence}")


@app.command("schema")
def schema() -> None:
    """The JSON Schema of a recipe, for editors."""
    from backend.recipes.schemas import Recipe

    show(Recipe.model_json_schema(), True, str)


@app.command("keep")
def keep(
    recipe: Annotated[Path, typer.Argument(help="A recipe: YAML or JSON.", show_default=False)],
    name: Annotated[str | None, typer.Option(help="Default: the file's name.")] = None,
    as_json: Json = False,
) -> None:
    """Keep a recipe in the studio under a name."""
    from likewise.cli.recipe_file import load, resolve

    plain = load(recipe)
    with connect() as client:
        resolved = resolve(client, plain, recipe.parent, lambda text: note(text, as_json))
        kept = client.keep_recipe(name or recipe.stem, resolved)
    show(kept, as_json, lambda: kept.id)


@app.command("ls")
def ls(
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20,
    as_json: Json = False,
) -> None:
    """The newest kept recipes, newest first."""
    from likewise.cli.words import ago

    with connect() as client:
        kept = client.kept_recipes(limit)
    rows = [[each.id, ago(each.updated_at), each.name] for each in kept]
    show(kept, as_json, lambda: table(["recipe", "changed", "name"], rows))


@app.command("show")
def show_recipe(
    recipe_id: Annotated[str, typer.Argument(metavar="RECIPE", help="Its id: rcp_…")],
    as_json: Json = False,
) -> None:
    """A kept recipe, as YAML."""
    import yaml

    with connect() as client:
        kept = client.kept_recipe(recipe_id)
    show(kept, as_json, lambda: yaml.safe_dump(kept.recipe, sort_keys=False, allow_unicode=True))


@app.command("rm")
def rm(
    recipe_id: Annotated[str, typer.Argument(metavar="RECIPE", help="Its id: rcp_…")],
    as_json: Json = False,
) -> None:
    """Delete a kept recipe. Runs keep the one that they were started with."""
    with connect() as client:
        client.delete_recipe(recipe_id)
    show({"deleted": recipe_id}, as_json, lambda: f"{recipe_id} is deleted")
