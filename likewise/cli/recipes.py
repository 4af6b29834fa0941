"""`likewise recipes`: is this recipe sound?"""

from pathlib import Path
from typing import Annotated

import typer

from likewise.cli.commands import Commands
from likewise.cli.connect import connect
from likewise.cli.output import Json, note, show

app = typer.Typer(cls=Commands, no_args_is_help=True, help="Recipes: check them.")


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
    if not problems:
        show({"errors": []}, as_json, lambda: f"{recipe} is sound.")
        return
    raise ApiError(422, problems[0].code, "This recipe can't be trained as it is", problems)


@app.command("schema")
def schema() -> None:
    """The JSON Schema of a recipe, for editors."""
    from backend.recipes.schemas import Recipe

    show(Recipe.model_json_schema(), True, str)
