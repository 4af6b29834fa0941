"""`likewise mcp`: the studio for an assistant, on standard input and output."""

from typing import Annotated

import typer

from likewise.cli.connect import connect


def mcp(
    shows_rows: Annotated[
        bool, typer.Option("--allow-rows", help="Let the assistant read texts of datasets.")
    ] = False,
) -> None:
    """Serve an assistant by the Model Context Protocol: LIKEWISE_URL's studio, with the rights of
    LIKEWISE_TOKEN. Nothing can be deleted by it."""
    try:
        from likewise.mcp.server import build
    except ModuleNotFoundError as error:
        raise typer.BadParameter("this needs one more part: pip install 'likewise[mcp]'") from error

    with connect() as client:
        build(client, shows_rows).run("stdio")
