"""Which checkpoint a training goes on from, and whether it then ends as if never stopped."""

import logging
from dataclasses import asdict
from pathlib import Path

from worker.engine.checkpoints import manifest
from worker.engine.checkpoints.folders import demand_valid, find_valid_checkpoint
from worker.engine.checkpoints.manifest import Manifest

log = logging.getLogger(__name__)

DECISIVE = ("seed", "batch_size", "world_size", "order_sha256", "versions")
"""With these the same, a resumed run is bit for bit the one that was never stopped."""


def choose(wanted: str | Path | bool | None, run_folder: Path) -> str | None:
    """The checkpoint to go on from: True is the newest whole one in `run_folder`, a path is itself.

    Raises ValueError where True finds none, BrokenCheckpoint where a path isn't whole.
    """
    if not wanted:
        return None
    if wanted is True:
        found = find_valid_checkpoint(run_folder)
        if found is None:
            raise ValueError(f"{run_folder} holds no whole checkpoint. Start anew with train().")
        return str(found)
    demand_valid(Path(wanted))
    return str(wanted)


def tell_differences(checkpoint: Path, now: Manifest) -> None:
    """Warn of each circumstance that keeps the resumed run from being bit-identical."""
    then = manifest.read(checkpoint)
    if then is None:
        return
    before, after = asdict(then), asdict(now)
    for key in DECISIVE:
        if before[key] != after[key]:
            log.warning(
                "resumed run is not bit-identical: %s was %s and is %s",
                key,
                before[key],
                after[key],
            )
