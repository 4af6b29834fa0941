"""Where the files beside the code are: in a checkout at its root, in a wheel inside the package."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def _beside_or_inside(name: str) -> Path:
    beside = _PACKAGE.parent / name
    return beside if (_PACKAGE.parent / "pyproject.toml").exists() else _PACKAGE / f"_{name}"


ALEMBIC = _beside_or_inside("alembic")
FRONTEND = _beside_or_inside("frontend")
