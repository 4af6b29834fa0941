"""The settings of this process: the environment's, and what the command line says over them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from backend.settings import Settings

DataFolder = Annotated[
    Path | None, typer.Option("--data", help="The data folder.  [default: LIKEWISE_DATA]")
]
Port = Annotated[int | None, typer.Option("--port", min=1, max=65_535, help="[default: 8000]")]


def settings(**said: Any) -> "Settings":
    """Raises pydantic's ValidationError, which the command answers with the setting's name."""
    from backend.settings import Settings

    return Settings(**{name: value for name, value in said.items() if value is not None})
