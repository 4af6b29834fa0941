"""`likewise demo`: see a model get better."""

from typing import Annotated

import typer

from likewise.cli.output import Json
from likewise.cli.settings import DataFolder, Port


def demo(
    port: Port = None,
    data: DataFolder = None,
    ends: Annotated[
        bool,
        typer.Option("--exit", envvar="EXIT", help="End after the proof; don't go on serving."),
    ] = False,
    as_json: Json = False,
) -> None:
    """See a model get better: sample data in, training, proof out. Keeps its data in ./data."""
    from likewise.demo import demonstrate

    raise typer.Exit(demonstrate(port, data, ends, as_json))
