"""One file with one table in it, by its format."""

from dataclasses import dataclass
from pathlib import Path

from backend.datasets.reading.arrow import write_arrow
from backend.datasets.reading.delimited import write_delimited
from backend.datasets.reading.detect import Format
from backend.datasets.reading.excel import write_excel
from backend.datasets.reading.json_lines import write_json_lines
from backend.datasets.reading.json_table import write_json
from backend.datasets.reading.limits import CHUNK_ROWS
from backend.datasets.reading.parquet import write_parquet
from backend.datasets.reading.text_lines import write_text_lines
from backend.datasets.reading.write import Written


@dataclass(frozen=True, kw_only=True)
class Table:
    """A file that was read. `found` is how it was written: its format, encoding, delimiter."""

    written: Written
    found: dict[str, str]


def read_as(
    form: Format,
    path: Path,
    file_name: str,
    place: Path,
    most_bytes: int,
    most_rows: int = CHUNK_ROWS,
) -> Table:
    """Write the table in a file of this format to `place`, in this process.

    Raises BadFile. Of what a hostile file may do to Arrow or a workbook's reader, memory and
    crashes, nothing is caught here: see apart.py.
    """
    match form:
        case Format.CSV:
            written, found = write_delimited(path, file_name, place)
        case Format.JSON:
            written, found = write_json(path, place)
        case Format.JSONL:
            written, found = write_json_lines(path, place)
        case Format.TEXT:
            written, found = write_text_lines(path, place)
        case Format.PARQUET:
            written, found = write_parquet(path, place, most_bytes, most_rows)
        case Format.ARROW:
            written, found = write_arrow(path, place, most_bytes, most_rows)
        case Format.EXCEL:
            written, found = write_excel(path, file_name, place)
    return Table(written=written, found={"format": form.value, **found})
