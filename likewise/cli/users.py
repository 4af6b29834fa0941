"""`likewise user`: people with accounts, from the machine that the studio runs on.

It needs no account: whoever reaches the database may do all. The audit log says that it was done
at the terminal.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from likewise.cli.commands import Commands
from likewise.cli.output import Json, show, table
from likewise.cli.settings import DataFolder, settings

if TYPE_CHECKING:
    from backend.studio import Studio

app = typer.Typer(cls=Commands, no_args_is_help=True, help="People with accounts.")

Email = Annotated[str, typer.Argument(help="The e-mail address they sign in with.")]
PasswordFile = Annotated[
    Path | None, typer.Option(help="Read the password from this file.  [default: asked for]")
]


@contextmanager
def studio_here(data: Path | None) -> Iterator["Studio"]:
    """The studio's database, brought up to date as the server does it."""
    from backend.migrate import migrate
    from backend.studio import Studio

    chosen = settings(data=data)
    migrate(chosen)
    studio = Studio.open(chosen)
    try:
        yield studio
    finally:
        studio.close()


@app.command("create")
def create(
    email: Email,
    name: Annotated[str, typer.Option(help="How they are called.")] = "",
    admin: Annotated[bool, typer.Option("--admin", help="Administers the studio.")] = False,
    role: Annotated[
        Literal["viewer", "member", "admin"], typer.Option(help="In the first project.")
    ] = "member",
    password_file: PasswordFile = None,
    data: DataFolder = None,
    as_json: Json = False,
) -> None:
    """Make an account, with a place in the first project. An administrator is its admin, too."""
    from backend.accounts import projects, users
    from backend.accounts.people import THE_PROJECT, Role, at_the_terminal
    from backend.accounts.schemas import UserOut

    password = _password(password_file)
    with studio_here(data) as studio:
        password_hash = users.new_password_hash(password, email, name)
        who = at_the_terminal()
        with studio.database.writing() as session:
            made = users.create(session, who, email, name, password_hash, admin)
            place = Role.ADMIN if admin else Role(role)
            projects.set_member(session, who, THE_PROJECT, made.id, place)
            shown = UserOut.model_validate(made)
    show(shown, as_json, lambda: f"{shown.email} has an account ({shown.id}).")


@app.command("list")
def list_(data: DataFolder = None, as_json: Json = False) -> None:
    """Everybody with an account."""
    from backend.accounts import users
    from backend.accounts.schemas import UserOut

    with studio_here(data) as studio, studio.database.reading() as session:
        found = [UserOut.model_validate(user) for user in session.scalars(users.newest())]
    rows = [
        (
            user.email,
            user.name,
            "administrator" if user.is_administrator else "",
            "disabled" if user.disabled_at else "",
            user.id,
        )
        for user in found
    ]
    show(found, as_json, lambda: table(("address", "name", "", "", "id"), rows))


@app.command("change")
def change(
    email: Email,
    admin: Annotated[bool | None, typer.Option("--admin/--no-admin")] = None,
    disabled: Annotated[bool | None, typer.Option("--disable/--enable")] = None,
    data: DataFolder = None,
    as_json: Json = False,
) -> None:
    """Give or take rights. It ends all their sessions."""
    from backend.accounts import users
    from backend.accounts.people import at_the_terminal
    from backend.accounts.schemas import UserOut

    with studio_here(data) as studio, studio.database.writing() as session:
        found = users.named(session, email)
        changed = users.change(
            session,
            at_the_terminal(),
            found.id,
            is_administrator=admin,
            is_disabled=disabled,
        )
        shown = UserOut.model_validate(changed)
    show(shown, as_json, lambda: f"{shown.email} was changed, and is signed out everywhere.")


@app.command("password")
def set_password(
    email: Email,
    password_file: PasswordFile = None,
    data: DataFolder = None,
    as_json: Json = False,
) -> None:
    """A new password for somebody who has forgotten theirs. It ends all their sessions."""
    from backend.accounts import users
    from backend.accounts.people import at_the_terminal
    from backend.accounts.schemas import UserOut

    password = _password(password_file)
    with studio_here(data) as studio:
        password_hash = users.new_password_hash(password, email, "")
        with studio.database.writing() as session:
            found = users.named(session, email)
            user = users.set_password(session, at_the_terminal(), found.id, password_hash)
            shown = UserOut.model_validate(user)
    show(shown, as_json, lambda: f"{shown.email} has a new password.")


def _password(file: Path | None) -> str:
    if file is not None:
        return file.read_text(encoding="utf-8").strip()
    asked: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return asked
