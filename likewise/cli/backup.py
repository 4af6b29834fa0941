"""`likewise backup` and `likewise restore`: the studio of one machine as one file."""

from pathlib import Path
from typing import Annotated

import typer

from likewise.cli.output import Json, show
from likewise.cli.settings import DataFolder, settings


def backup(
    to: Annotated[Path, typer.Argument(help="The file to write.", show_default=False)],
    data: DataFolder = None,
    as_json: Json = False,
) -> None:
    """Keep everything in one file: database, datasets, models. The studio may run."""
    from backend.backup import back_up
    from backend.web.in_words import size

    made = back_up(settings(data=data), to)
    said = (
        f"{to}: {len(made.members):,} files, {size(made.size_bytes)}. The key to its secrets is not "
        "in it: keep that apart.\nTo put it back: likewise restore"
    )
    show(made, as_json, lambda: f"{said} {to} --data FOLDER")


def restore(
    archive: Annotated[Path, typer.Argument(help="The backup.", show_default=False)],
    data: DataFolder = None,
    as_json: Json = False,
) -> None:
    """Put a backup back, into a folder that is empty or not there."""
    from backend.backup import restore as put_back

    chosen = settings(data=data)
    made = put_back(archive, chosen.data)
    said = f"{chosen.data} is as it was at {made.made_at:%Y-%m-%d %H:%M} UTC. Next: likewise start"
    show(made, as_json, lambda: said)
