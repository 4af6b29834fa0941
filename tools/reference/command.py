"""The page of the `likewise` command: every command with its arguments and options."""

from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from likewise.cli.app import app
from tools.reference.markdown import code, page, table, text


def command() -> str:
    whole = get_command(app)
    return page(
        "The command",
        "Every command has `--json`, for programs, and `--help`. Their [exit "
        "statuses](../operations.md#exit-status-of-the-command) are made for scripts.",
        *(part for names, each in commands(whole) for part in _command(names, each)),
    )


def commands(command: Any, names: tuple[str, ...] = ("likewise",)) -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its whole name, in the order of the help."""
    if not isinstance(command, TyperGroup):
        yield " ".join(names), command
        return
    for name, each in command.commands.items():
        yield from commands(each, (*names, name))


def _command(name: str, command: Any) -> Iterator[str]:
    context = typer.Context(command, info_name=name)
    yield f"## {name}"
    yield text(command.help or "")
    usage = " ".join(context.get_usage().removeprefix("Usage: ").split())
    yield f"```\n{usage}\n```"
    records = (each.get_help_record(context) for each in command.params)
    rows = ((code(record[0]), text(record[1])) for record in records if record)
    yield table(("argument or option", "meaning"), rows)
