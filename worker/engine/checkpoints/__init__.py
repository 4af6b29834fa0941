"""Checkpoints that are whole or not there: a manifest names every file, its size and SHA-256."""

from worker.engine.checkpoints.folders import find_valid_checkpoint

__all__ = ["find_valid_checkpoint"]
