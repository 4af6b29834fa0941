"""The checkpoint folders of a run: which are there, which is good, which may go."""

import logging
import shutil
from pathlib import Path

from backend.fault_points import fault_point
from worker.engine.checkpoints import manifest
from worker.engine.files import sync, sync_one

log = logging.getLogger(__name__)

PREFIX = "checkpoint-"
PART = ".part"


class BrokenCheckpoint(Exception):
    """A checkpoint can't be resumed from, since files are missing or changed."""


def place_of(run_folder: Path, step: int) -> Path:
    return run_folder / f"{PREFIX}{step}"


def part_of(run_folder: Path, step: int) -> Path:
    """Where the checkpoint of `step` is written until it is whole."""
    return run_folder / f"{PREFIX}{step}{PART}"


def newest_first(run_folder: Path) -> list[Path]:
    """Every folder that is named as a checkpoint, the highest step first."""
    if not run_folder.is_dir():
        return []
    found = {
        int(path.name.removeprefix(PREFIX)): path
        for path in run_folder.glob(f"{PREFIX}*")
        if path.is_dir() and path.name.removeprefix(PREFIX).isdecimal()
    }
    return [found[step] for step in sorted(found, reverse=True)]


def find_valid_checkpoint(run_folder: str | Path) -> Path | None:
    """The newest checkpoint whose every file is there and unchanged; None if there is none."""
    for path in newest_first(Path(run_folder)):
        problem = manifest.complaint(path, with_hashes=True)
        if problem is None:
            return path
        log.warning("checkpoint skipped: %s", problem)
    return None


def demand_valid(path: Path) -> None:
    """Raise BrokenCheckpoint, saying why and what to do, if `path` can't be resumed from."""
    if problem := manifest.complaint(path, with_hashes=True):
        raise BrokenCheckpoint(
            f"{problem}. Resume with resume_from_checkpoint=True, which takes the newest "
            f"checkpoint in {path.parent} that is whole."
        )


def finish(part: Path, place: Path) -> None:
    """Make `part`, which is complete, the checkpoint `place`."""
    sync(part)
    fault_point("checkpoint.synced")
    if place.exists():
        shutil.rmtree(place)  # the same step of the same run, written again after a resume
        fault_point("checkpoint.older removed")
    part.replace(place)
    fault_point("checkpoint.renamed")
    sync_one(place.parent)


def discard_old(run_folder: Path, keep: int, best: Path | None) -> None:
    """Keep the newest `keep` whole checkpoints and the best; our others and unfinished ones go.

    A folder without a manifest of ours is somebody else's and stays.
    """
    ours = [path for path in newest_first(run_folder) if manifest.read(path) is not None]
    whole = [path for path in ours if manifest.complaint(path, with_hashes=False) is None]
    kept = set(whole[:keep]) | ({best} if best else set())
    for path in [*ours, *run_folder.glob(f"{PREFIX}*{PART}")]:
        if path not in kept:
            shutil.rmtree(path, ignore_errors=True)
            fault_point("checkpoint.discarded")
