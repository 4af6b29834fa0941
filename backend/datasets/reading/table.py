"""The way in: any file that holds a table, whatever its format, as a version's Parquet."""

from dataclasses import dataclass
from pathlib import Path

from backend.datasets.reading.delimited import write_delimited
from backend.datasets.reading.detect import Format, format_of
from backend.datasets.reading.json_lines import write_json_lines
from backend.datasets.reading.json_table import write_json
from backend.datasets.reading.parquet import write_parquet
from backend.datasets.reading.write import Written


@dataclass(frozen=True, kw_only=True)
class Table:
    """A file that was read. `found` is how it was written: its format, encoding, delimiter."""

    written: Written
    found: dict[str, str]


def read_table(path: Path, file_name: str, place: Path) -> Table:
    """Write the table in `path`, which its owner calls `file_name`, to `place` as Parquet.

    Raises BadFile, saying what is wrong, where, and what to do now.
    """
    form = format_of(path, file_name)
    match form:
        case Format.CSV:
            written, found = write_delimited(path, file_name, place)
        case Format.JSON:
            written, found = write_json(path, place)
        case Format.JSONL:
            written, found = write_json_lines(path, place)
        case Format.PARQUET:
            written, found = write_parquet(path, place)
    return Table(written=written, found={"format": form.value, **found})
