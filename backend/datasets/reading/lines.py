"""Lines of text of bounded length: a file without line breaks must not fill the memory."""

import itertools
from collections.abc import Iterator
from typing import TextIO

from backend.datasets.reading.limits import MOST_LINE_CHARACTERS
from backend.problems import BadFile


def lines_of(file: TextIO, first: int = 1) -> Iterator[str]:
    """Each line, with its end. `first` is the number of the first.

    Raises BadFile, naming the line, where one is too long.
    """
    for number in itertools.count(first):
        line = file.readline(MOST_LINE_CHARACTERS + 1)
        if not line:
            return
        if len(line) > MOST_LINE_CHARACTERS:
            raise BadFile(
                "line_too_long",
                "A line has no end",
                f"Line {number:,} is longer than {MOST_LINE_CHARACTERS:,} characters. "
                "Are there line breaks in this file, and is it the right one?",
            )
        yield line
