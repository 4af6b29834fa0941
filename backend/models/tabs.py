"""The tabs of a model: a row each. Whoever adds a page there adds its row here, and its template
extends `models/layout.html` with `{% set tab = … %}`, the row's path."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.web.languages import to_say


@dataclass(frozen=True, kw_only=True)
class Tab:
    """`path` stands behind the model's own; empty is the model's first page."""

    path: str
    name: str


TABS: Sequence[Tab] = (
    Tab(path="", name=to_say("Proof")),
    Tab(path="/see", name=to_say("See it")),
    Tab(path="/guard", name=to_say("What it forgot")),
    Tab(path="/size", name=to_say("How small")),
    Tab(path="/card", name=to_say("Card")),
    Tab(path="/export", name=to_say("Download")),
    Tab(path="/publish", name=to_say("Publish")),
)
