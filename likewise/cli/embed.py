"""`likewise embed`: texts in, vectors out."""

import json
import sys
from typing import Annotated

import typer

from likewise.cli.connect import connect
from likewise.cli.output import Json, show


def embed(
    model_id: Annotated[
        str, typer.Argument(metavar="MODEL", help="mdl_…, or a base model of the catalogue.")
    ],
    texts: Annotated[
        list[str] | None, typer.Argument(help="Texts. Empty: each line of the input is one.")
    ] = None,
    dimensions: Annotated[int | None, typer.Option(min=1, help="Keep only the first.")] = None,
    prompt: Annotated[str | None, typer.Option(help="The model's prompt, such as query.")] = None,
    as_json: Json = False,
) -> None:
    """Embed texts: a line of JSON for each, in their order."""
    given = texts or [line for line in sys.stdin.read().splitlines() if line]
    if not given:
        raise typer.BadParameter("there is no text, neither as argument nor on the input")
    with connect() as client:
        vectors = client.embed(model_id, given, dimensions, prompt)
    show(vectors, as_json, lambda: "\n".join(json.dumps(vector) for vector in vectors))
