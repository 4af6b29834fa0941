"""Rows whose texts are kept elsewhere."""

from worker.engine.data.identifiers import resolve_ids

__all__ = [
    "resolve_ids",
]
