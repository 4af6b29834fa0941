"""The tabs of a model: a row each. Whoever adds a page there adds its row here, and its template
extends `models/layout.html` with `{% set tab = … %}`, the row's path."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Tab:
    """`path` stands behind the model's own; empty is the model's first page."""

    path: str
    name: str


TABS: Sequence[Tab] = (
    Tab(path="", name="Proof"),
    Tab(path="/see", name="See it"),
    Tab(path="/guard", name="Nothing lost"),
    Tab(path="/size", name="How small"),
    Tab(path="/card", name="Card"),
    Tab(path="/export", name="Take it away"),
    Tab(path="/publish", name="Publish"),
)
