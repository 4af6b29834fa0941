"""`likewise token`: API tokens, from the machine that the studio runs on."""

from datetime import timedelta
from typing import Annotated

import typer

from likewise.cli.commands import Commands
from likewise.cli.output import Json, show
from likewise.cli.settings import DataFolder
from likewise.cli.users import studio_here

app = typer.Typer(cls=Commands, no_args_is_help=True, help="API tokens for programs.")


@app.command("create")
def create(
    email: Annotated[str, typer.Argument(help="Whose token it is.")],
    scope: Annotated[
        list[str], typer.Option(help="read, write, train, publish, embed or admin; repeat it.")
    ],
    name: Annotated[str, typer.Option(help="What it is for.")] = "made at the terminal",
    project: Annotated[
        str | None, typer.Option(help="A project's id.  [default: the first they joined]")
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, help="How long it is good.  [default: for ever]")
    ] = None,
    data: DataFolder = None,
    as_json: Json = False,
) -> None:
    """Make a token. It is shown this once; put it into LIKEWISE_TOKEN."""
    from backend.accounts import principal, tokens, users
    from backend.accounts.people import at_the_terminal
    from backend.accounts.schemas import NewTokenOut, TokenIn, TokenOut
    from backend.clock import utc_now
    from backend.ids import ProjectId
    from backend.problems import NotFound

    asked = TokenIn.model_validate({"name": name, "scopes": scope})
    until = None if days is None else utc_now() + timedelta(days=days)
    with studio_here(data) as studio, studio.database.writing() as session:
        user = users.named(session, email)
        wanted = None if project is None else ProjectId(project)
        who = principal.of_user(session, user, wanted, at_the_terminal().address)
        if wanted not in (None, who.project_id):
            raise NotFound("project", project or "")
        token, secret = tokens.create(session, who, asked.name, asked.scopes, until)
        shown = NewTokenOut(**TokenOut.model_validate(token).model_dump(), token=secret)
    show(shown, as_json, lambda: shown.token)
