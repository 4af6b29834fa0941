"""The `likewise` command: `main` is its entry point."""

from likewise.cli.app import main

__all__ = ["main"]
