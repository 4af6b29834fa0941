"""Text files, gzipped or not."""

import gzip
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO, TypeVar, cast

Item = TypeVar("Item")


def opened(path: str | Path) -> TextIO:
    """The file `path` as UTF-8 text; one that ends in .gz is unpacked."""
    if str(path).endswith(".gz"):
        return cast("TextIO", gzip.open(path, "rt", encoding="utf-8"))
    return open(path, encoding="utf-8")


def at_most(items: Iterable[Item], count: int) -> Iterator[Item]:
    """The first `count` of `items`; all of them for 0."""
    return islice(items, count if count > 0 else None)
