"""Which files of several are the data: a README beside it is not."""

from collections.abc import Sequence
from pathlib import PurePath

from backend.datasets.reading.detect import is_table_name
from backend.datasets.reading.unpack import Unpacked

_ABOUT = ("readme", "license", "licence", "notice", "changelog", "citation", "requirements")


def tables_among(files: Sequence[Unpacked]) -> list[Unpacked]:
    """The files that are tables by their names; all of them where none is."""
    tables = [file for file in files if is_table_name(file.name) and not _is_about(file.name)]
    return tables or list(files)


def _is_about(name: str) -> bool:
    return PurePath(name).stem.lower() in _ABOUT
