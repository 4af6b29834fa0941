"""Rows that hold ids instead of texts, and the datasets that know the texts."""

from worker.engine.data.identifiers.resolve import resolve_ids

__all__ = ["resolve_ids"]
