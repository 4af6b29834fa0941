"""The children's logs: `<data>/logs/<name>.log`, and one older file each."""

from pathlib import Path

LARGEST_BYTES = 10_000_000
LAST_LINES = 20
_TAIL_BYTES = 20_000


def place(data: Path, name: str) -> Path:
    """Where child `name` logs to. A log that has grown large makes room for a new one."""
    path = data / "logs" / f"{name}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LARGEST_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path


def last_lines(path: Path, count: int = LAST_LINES) -> str:
    """The end of a log, indented; a sentence where there is none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
            lines = file.read().decode(errors="replace").splitlines()[-count:]
    except FileNotFoundError:
        lines = []
    return "\n".join(f"  {line}" for line in lines or ["(it has written nothing)"])
