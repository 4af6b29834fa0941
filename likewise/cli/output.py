"""What goes to stdout: words for people, or JSON and nothing else for programs.

`Json` is the option that every command has. With it, a command prints one JSON document, or, where
things come one by one, a JSON document a line. Notes go to stderr, and not at all with `--json`.
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter


def _remember(ctx: typer.Context, value: bool) -> bool:
    ctx.meta["json"] = value  # for errors, which know no command
    return value


Json = Annotated[
    bool, typer.Option("--json", help="JSON on stdout, and nothing else.", callback=_remember)
]


def show(value: Any, as_json: bool, words: Callable[[], str]) -> None:
    """Print a command's result: `value` as one JSON document, or its `words`."""
    print(json.dumps(plain(value), indent=2) if as_json else words(), flush=True)


def show_line(value: Any) -> None:
    """Print one of many results as a JSON line."""
    print(json.dumps(plain(value)), flush=True)


def note(text: str, as_json: bool = False) -> None:
    """Tell a person something that isn't the result."""
    if not as_json:
        print(text, file=sys.stderr, flush=True)


def plain(value: Any) -> Any:
    return TypeAdapter(type(value)).dump_python(value, mode="json", by_alias=True)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns of text, aligned, never cut: ids are there to be copied."""
    lines = [heads, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(heads))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def facts(pairs: Mapping[str, str | None]) -> str:
    """Names and values, one pair a line; those that are None are left out."""
    known = {name: value for name, value in pairs.items() if value is not None}
    width = max(len(name) for name in known)
    return "\n".join(f"{name.ljust(width)}  {value}" for name, value in known.items())
