"""A file that must be refused, and what is said of it."""

from collections.abc import Callable
from dataclasses import dataclass

from backend.datasets.reading.limits import MOST_UNPACKED_BYTES


@dataclass(frozen=True, kw_only=True)
class Case:
    """`make` gives the file's bytes; `words` must stand in the problem's detail. `is_dangerous`:
    a reader that trusted the file would fill the memory."""

    what: str
    name: str
    make: Callable[[], bytes]
    code: str
    words: tuple[str, ...]
    is_dangerous: bool = False
    most_bytes: int = MOST_UNPACKED_BYTES


def case(
    what: str,
    name: str,
    make: Callable[[], bytes] | bytes,
    code: str,
    *words: str,
    is_dangerous: bool = False,
    most_bytes: int = MOST_UNPACKED_BYTES,
) -> Case:
    return Case(
        what=what,
        name=name,
        make=make if callable(make) else lambda: make,
        code=code,
        words=words,
        is_dangerous=is_dangerous,
        most_bytes=most_bytes,
    )
