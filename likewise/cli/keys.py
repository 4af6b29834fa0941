"""`likewise keys`: the keys under which the studio keeps what is secret."""

from typing import TYPE_CHECKING

import typer

from likewise.cli.commands import Commands
from likewise.cli.exits import Exit
from likewise.cli.output import Json, show
from likewise.cli.settings import DataFolder, settings

if TYPE_CHECKING:
    from backend.rotation import Rotation

app = typer.Typer(
    cls=Commands, no_args_is_help=True, help="Keys to the secrets in the database: rotate them."
)


@app.command("rotate")
def rotate(data: DataFolder = None, as_json: Json = False) -> None:
    """Seal all secrets anew, by the newest key. The studio may run; cut off, say it again."""
    from backend import rotation
    from backend.studio import Studio

    studio = Studio.open(settings(data=data))
    try:
        done = rotation.rotate(studio.database, studio.keyring)
    finally:
        studio.close()
    show(done, as_json, lambda: _words(done))
    if done.unreadable:
        raise typer.Exit(Exit.FAILED)


@app.command("drop-old")
def drop_old(data: DataFolder = None, as_json: Json = False) -> None:
    """Forget the keys before the newest, once no secret needs them."""
    from backend import rotation
    from backend.studio import Studio

    studio = Studio.open(settings(data=data))
    try:
        dropped = rotation.drop_old(studio.database, studio.keyring)
    finally:
        studio.close()
    show(
        {"dropped": dropped},
        as_json,
        lambda: (
            f"{dropped} older keys are gone."
            if dropped
            else "Nothing to forget: no older key, one that a secret still needs (then: likewise "
            "keys rotate), or keys that you set yourself (then take the older out of there)."
        ),
    )


def _words(done: "Rotation") -> str:
    new = "A new key was made. " if done.is_new_key else ""
    said = f"{new}{done.sealed_anew} secrets were sealed anew."
    if done.unreadable:
        return (
            f"{said} No key opens those in {', '.join(done.unreadable)}: add the key that was used "
            "before, after the newest, and say it again; or enter these secrets anew."
        )
    return f"{said} Once your backups no longer need the older keys: likewise keys drop-old"
