"""Checkpoints of the attempts before this one: they go once this one has its own."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from backend.recipes.often import KEPT_CHECKPOINTS
from worker.engine.checkpoints.folders import newest_first
from worker.engine.checkpoints.manifest import complaint


def discard(earlier: Sequence[Path], ours: Path, best: str | None) -> None:
    """Remove them, but for the best, if `ours` holds as many whole ones as are ever kept."""
    whole = [path for path in newest_first(ours) if complaint(path, with_hashes=False) is None]
    if len(whole) < KEPT_CHECKPOINTS:
        return
    for path in earlier:
        if str(path) != best:
            shutil.rmtree(path, ignore_errors=True)
