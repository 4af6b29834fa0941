"""JSON Lines: one object a line, and each line's number exact."""

from collections.abc import Iterator
from pathlib import Path

from backend.datasets.reading.encoding import unicode_of
from backend.datasets.reading.json_values import (
    Placed,
    ValueRows,
    chunked,
    not_an_object,
    parse,
    unreadable,
)
from backend.datasets.reading.lines import lines_of
from backend.datasets.reading.write import Written, write_table


def write_json_lines(path: Path, place: Path) -> tuple[Written, dict[str, str]]:
    """Write the table in a file of JSON Lines to `place`; also how the file was written.

    Raises BadFile, naming the line.
    """
    encoding = unicode_of(path)

    def chunks() -> Iterator[ValueRows]:
        return chunked(_rows(path, encoding))

    return write_table(chunks, place), {"encoding": encoding}


def _rows(path: Path, encoding: str) -> Iterator[Placed]:
    with path.open(encoding=encoding, newline="\n") as file:  # a lone \r may stand between tokens
        for number, line in enumerate(lines_of(file), start=1):
            if line.strip():
                yield _row(line, f"Line {number:,}")


def _row(line: str, place: str) -> Placed:
    try:
        value = parse(line)
    except (ValueError, RecursionError) as error:
        raise unreadable(place, error) from error
    if not isinstance(value, dict):
        raise not_an_object(place, value)
    return place, len(line), value
