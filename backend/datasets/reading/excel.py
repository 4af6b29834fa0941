"""Excel workbooks: the first sheet that holds a table, with the values that its cells show.

Read by calamine, which holds the whole sheet: only in a process with bounded memory (apart.py).
"""

import itertools
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
)

from backend.datasets.reading.csv_dialect import has_header
from backend.datasets.reading.json_values import Placed, chunked
from backend.datasets.reading.names import check_names, quoted, shown
from backend.datasets.reading.write import Written, write_table
from backend.datasets.reading.zip_directory import members, opened
from backend.problems import BadFile

Cell = str | int | float | bool | None
Line = tuple[int, list[Cell]]
"""A row's number in its sheet, from 1, and its cells."""

_WORKBOOK = "xl/workbook.xml"
_HEADER_ROWS = 200
_XML_START_BYTES = 4_096
_SHOWN_SHEETS = 10


def write_excel(path: Path, file_name: str, place: Path) -> tuple[Written, dict[str, str]]:
    """Write the first visible sheet with rows to `place`; also that sheet's name.

    Raises BadFile, naming the sheet and the row.
    """
    _check_parts(path, file_name)
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            sheet = _sheet(workbook)
            written = write_table(lambda: chunked(_rows(sheet)), place)
    except PasswordError as error:
        raise _unreadable(file_name, "it is encrypted") from error
    except CalamineError as error:
        raise _unreadable(file_name, str(error).rstrip(".")) from error
    return written, {"sheet": sheet.name}


def _check_parts(path: Path, file_name: str) -> None:
    """Raises BadFile if this is no workbook, or its XML names entities, as none that Excel wrote."""
    with opened(path, file_name) as archive:
        parts = members(archive, file_name)
        if _WORKBOOK not in {part.filename for part in parts}:
            raise _unreadable(file_name, f"there is no {_WORKBOOK} in it")
        for part in parts:
            if part.filename.endswith((".xml", ".rels")) and _has_doctype(archive, part):
                raise BadFile(
                    "unsafe_workbook",
                    "This workbook can't be read",
                    f"{quoted(file_name)}: {part.filename} begins with a document type "
                    "declaration, as no spreadsheet program writes it. Save it again as .xlsx.",
                )


def _has_doctype(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    with archive.open(part) as stream:
        return b"<!doctype" in stream.read(_XML_START_BYTES).replace(b"\0", b"").lower()


def _sheet(workbook: CalamineWorkbook) -> CalamineSheet:
    """The first sheet with more than one row, be it of names; hidden ones come last."""
    sheets = sorted(
        workbook.sheets_metadata, key=lambda sheet: sheet.visible != SheetVisibleEnum.Visible
    )
    for one in sheets:
        sheet = workbook.get_sheet_by_name(one.name)
        lines = _lines(sheet)
        if next(lines, None) and next(lines, None):
            return sheet
    names = ", ".join(shown(sheet.name) for sheet in sheets[:_SHOWN_SHEETS])
    raise BadFile(
        "no_rows",
        "There are no rows in this workbook",
        f"None of its sheets ({names or 'there is none'}) has a row of names and rows below it. "
        "Was the right file sent?",
    )


def _lines(sheet: CalamineSheet) -> Iterator[Line]:
    """The rows in which there is anything."""
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        values = [_value(cell) for cell in cells]
        if any(value is not None for value in values):
            yield number, values


def _value(
    cell: str | float | bool | time | date | datetime | timedelta,
) -> Cell:
    match cell:
        case "":
            return None
        case bool() | str():
            return cell
        case float() if cell.is_integer():
            return int(cell)
        case int() | float():
            return cell
        case timedelta():
            return str(cell)
        case _:
            return cell.isoformat()


def _rows(sheet: CalamineSheet) -> Iterator[Placed]:
    lines = _lines(sheet)
    start = list(itertools.islice(lines, _HEADER_ROWS))
    names, start = _names(start, f"In sheet {shown(sheet.name)}, row {start[0][0]:,},")
    for number, cells in itertools.chain(start, lines):
        row = {names[i]: cell for i, cell in enumerate(cells) if i in names}
        size = sum(len(cell) for cell in cells if isinstance(cell, str))
        yield f"Sheet {shown(sheet.name)}, row {number:,}", size, row


def _names(start: list[Line], place: str) -> tuple[dict[int, str], list[Line]]:
    """The names of the columns, by their place, and the lines that are rows. A column without a
    name is one only where something stands in it."""
    texts = [["" if cell is None else str(cell) for cell in cells] for _, cells in start]
    first, rest = texts[0], texts[1:]
    is_named = has_header(first, rest)
    used = [i for i in range(len(first)) if first[i].strip() or any(row[i] for row in rest)]
    names = {
        i: first[i].strip() if is_named and first[i].strip() else f"column {i + 1}" for i in used
    }
    check_names(list(names.values()), place)
    return names, start[1:] if is_named else start


def _unreadable(file_name: str, reason: str) -> BadFile:
    return BadFile(
        "damaged_workbook",
        "This workbook can't be read",
        f"{quoted(file_name)}: {reason[:1].lower()}{reason[1:]}. Open it in a spreadsheet program "
        "and save it as .xlsx, without a password, or as CSV.",
    )
