"""A group of commands that answers foreseen errors in words and with an exit status."""

import json
import sys
from typing import Any

import typer
from typer.core import TyperGroup


class Commands(TyperGroup):
    """Unforeseen errors go on: their traceback is the best that we can say."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            # Only now: it knows all errors, and so imports all that `--help` can do without.
            from likewise.cli.failures import details_of, exit_of, words_of

            status = exit_of(error)
            if status is None:
                raise
            if ctx.meta.get("json"):
                print(json.dumps(details_of(error, status)))
            else:
                print(words_of(error), file=sys.stderr)
            raise typer.Exit(status) from error
