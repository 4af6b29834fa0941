"""The list of a checkpoint's files, written last, by which a broken one is told."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

from backend.fault_points import fault_point

MANIFEST = "manifest.json"
PACKAGES = ("torch", "transformers", "accelerate")


@dataclass(frozen=True, kw_only=True)
class File:
    size_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a checkpoint holds and what it was written with.

    A resumed run is bit-identical only with the same `world_size`, `batch_size`, `seed` and
    `order_sha256` (of the rows in their order) and the same versions.
    """

    step: int
    epoch: float
    seed: int
    batch_size: int
    world_size: int
    order_sha256: str | None
    versions: dict[str, str] = field(default_factory=lambda: {p: version(p) for p in PACKAGES})
    files: dict[str, File] = field(default_factory=dict)


def write(folder: Path, manifest: Manifest) -> None:
    """Write `manifest` with every file that `folder` holds."""
    files = {
        path.relative_to(folder).as_posix(): File(
            size_bytes=path.stat().st_size, sha256=_sha256(path)
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    text = json.dumps(
        asdict(manifest) | {"files": {n: asdict(f) for n, f in files.items()}}, indent=2
    )
    fault_point("checkpoint.files written")
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    fault_point("checkpoint.manifest written")


def read(folder: Path) -> Manifest | None:
    """The manifest of `folder`; None if there is none that can be read."""
    try:
        value = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = {name: File(**facts) for name, facts in value.pop("files").items()}
        return Manifest(**value, files=files)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def complaint(folder: Path, *, with_hashes: bool) -> str | None:
    """Why `folder` is no whole checkpoint, in words; None if it is one.

    Sizes are compared always, contents (which takes a read of every file) `with_hashes`.
    """
    if not folder.is_dir():
        return f"{folder} isn't there"
    manifest = read(folder)
    if manifest is None:
        return f"{folder} has no readable {MANIFEST}: it was never finished"
    for name, file in manifest.files.items():
        path = folder / name
        if not path.is_file():
            return f"{path} is missing"
        if path.stat().st_size != file.size_bytes:
            return f"{path} has {path.stat().st_size} bytes instead of {file.size_bytes}"
        if with_hashes and _sha256(path) != file.sha256:
            return f"{path} isn't what was written: its SHA-256 differs"
    return None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
