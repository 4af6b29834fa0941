"""Every page of the reference, by the name of its file."""

from collections.abc import Callable, Mapping
from pathlib import Path

from tools.reference.arguments import arguments
from tools.reference.base_models import base_models
from tools.reference.command import command
from tools.reference.evaluators import evaluators
from tools.reference.glossary import glossary
from tools.reference.goals import goals
from tools.reference.losses import losses
from tools.reference.operations import operations
from tools.reference.rest import rest
from tools.reference.samplers import samplers
from tools.reference.settings import settings

PAGES: Mapping[str, Callable[[], str]] = {
    "losses.md": losses,
    "evaluators.md": evaluators,
    "samplers.md": samplers,
    "arguments.md": arguments,
    "base-models.md": base_models,
    "goals.md": goals,
    "operations.md": operations,
    "settings.md": settings,
    "command.md": command,
    "rest.md": rest,
    "glossary.md": glossary,
}


def write(folder: Path) -> None:
    """Every page into `folder`, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, made in PAGES.items():
        (folder / name).write_text(made(), encoding="utf-8")
