"""`likewise start`: the whole studio in one command."""

from typing import TYPE_CHECKING, Annotated

import typer

from likewise.cli.output import Json, note, show
from likewise.cli.settings import DataFolder, Port, settings

if TYPE_CHECKING:
    from backend.settings import Settings


def start(
    port: Port = None,
    data: DataFolder = None,
    open_: Annotated[bool, typer.Option("--open/--no-open", help="Open it in a browser.")] = False,
    as_json: Json = False,
) -> None:
    """Start the studio: server, queue and workers; Ctrl-C ends them all."""
    import contextlib
    import signal

    from likewise.embedded.studio import running_studio

    chosen = settings(data=data, port=port)
    with (
        contextlib.suppress(KeyboardInterrupt),
        running_studio(chosen, tell=lambda text: note(text, as_json)) as studio,
    ):
        show(
            {"url": studio.url, "data": str(chosen.data.absolute())},
            as_json,
            lambda: (
                f"Likewise is at {studio.url}, its data in {chosen.data.absolute()}. "
                "Ctrl-C ends it."
            ),
        )
        _say_how_to_claim(chosen, as_json)
        if open_:
            typer.launch(studio.url)
        while True:
            signal.pause()


def _say_how_to_claim(chosen: "Settings", as_json: bool) -> None:
    """The server's own words go into its log; here is the terminal."""
    from backend.accounts import claims
    from backend.studio import Studio

    studio = Studio.open(chosen)
    try:
        link = claims.on_start(studio)
    finally:
        studio.close()
    if link is not None:
        note(f"Nobody has an account yet. Within an hour, once: {link}", as_json)
