"""The file of secret keys: one a line, the newest first, readable by its owner alone.

Without LIKEWISE_SECRET_KEY and LIKEWISE_SECRET_KEY_FILE an embedded studio makes one for itself, in
the user's config folder and so outside the data folder: whoever gets hold of a backup of the data
has not got the key to what is secret in it.
"""

import contextlib
import os
import secrets
from pathlib import Path

KEY_BYTES = 32


def new_key() -> str:
    """256 random bits, as a line of the file."""
    return secrets.token_urlsafe(KEY_BYTES)


def own_place() -> Path:
    """Where an embedded studio keeps its keys."""
    config = os.environ.get("XDG_CONFIG_HOME")
    return (Path(config) if config else Path.home() / ".config") / "likewise" / "secret.keys"


def read(path: Path) -> list[str]:
    """The keys, the newest first; none where there is no such file yet.

    Raises OSError where it can't be read.
    """
    try:
        return path.read_text(encoding="utf-8").split()
    except FileNotFoundError:
        return []


def make(path: Path) -> list[str]:
    """A file with one new key. Where another process has made it meanwhile, that one's keys."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = _write_beside(path, [new_key()])
    try:
        with contextlib.suppress(FileExistsError):
            os.link(beside, path)  # unlike a rename it never takes the place of another's
    finally:
        beside.unlink()
    return read(path)


def replace(path: Path, keys: list[str]) -> None:
    """These keys instead of those there: all of them or, after a crash, the ones before."""
    os.replace(_write_beside(path, keys), path)


def _write_beside(path: Path, keys: list[str]) -> Path:
    beside = path.with_name(f"{path.name}.tmp-{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join(keys) + "\n")
        file.flush()
        os.fsync(handle)
    return beside
