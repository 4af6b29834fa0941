"""Plain text: one text a line, in a column `text`."""

from collections.abc import Iterator
from pathlib import Path

from backend.datasets.reading.encoding import encoding_of
from backend.datasets.reading.json_values import Placed, ValueRows, chunked
from backend.datasets.reading.lines import lines_of
from backend.datasets.reading.write import Written, write_table


def write_text_lines(path: Path, place: Path) -> tuple[Written, dict[str, str]]:
    """Write the lines of a text file to `place`, but for blank ones; also its encoding.

    Raises BadFile, naming the line.
    """
    encoding = encoding_of(path)

    def chunks() -> Iterator[ValueRows]:
        return chunked(_rows(path, encoding))

    return write_table(chunks, place), {"encoding": encoding}


def _rows(path: Path, encoding: str) -> Iterator[Placed]:
    with path.open(encoding=encoding) as file:  # \r\n and \r end a line as \n does
        for number, line in enumerate(lines_of(file), start=1):
            if text := line.strip():
                yield f"Line {number:,}", len(text), {"text": text}
