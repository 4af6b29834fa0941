"""`likewise doctor`: what is here, what is missing, what to do."""

from typing import TYPE_CHECKING

import typer

from likewise.cli.exits import Exit
from likewise.cli.output import Json, show
from likewise.cli.settings import DataFolder, settings

if TYPE_CHECKING:
    from likewise.cli.checks import Check


def doctor(data: DataFolder = None, as_json: Json = False) -> None:
    """Check this machine: each part, whether it is there, and what to do where it isn't."""
    from likewise.cli.checks import CHECKS

    chosen = settings(data=data)
    found = [check(chosen) for check in CHECKS]
    show(found, as_json, lambda: "\n".join(_words(check) for check in found))
    if any(check.is_needed and not check.is_ok for check in found):
        raise typer.Exit(Exit.FAILED)


def _words(check: "Check") -> str:
    mark = "ok" if check.is_ok else "MISSING" if check.is_needed else "note"
    advice = f"\n{'':22}→ {check.advice}" if check.advice and not check.is_ok else ""
    return f"{mark:8} {check.name:12} {check.found}{advice}"
