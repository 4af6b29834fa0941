"""Workbooks as spreadsheet programs write them, part by part, so that any part can be wrong."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_DATE_STYLE = 1
_EPOCH = date(1899, 12, 30)


def as_excel(columns: dict[str, list[Any]]) -> bytes:
    return workbook({"Data": [list(columns), *map(list, zip(*columns.values(), strict=True))]})


def workbook(
    sheets: dict[str, Sequence[Sequence[Any]]], hidden: Sequence[str] = (), **parts: str
) -> bytes:
    """`parts` replace what would be written: `sheet1` is the XML of the first sheet's inside."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _parts(sheets, hidden, parts).items():
            archive.writestr(name, _HEAD + text)
    return file.getvalue()


def _parts(
    sheets: dict[str, Sequence[Sequence[Any]]], hidden: Sequence[str], given: dict[str, str]
) -> dict[str, str]:
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{i}" r:id="rId{i}" '
        f'state="{"hidden" if name in hidden else "visible"}"/>'
        for i, name in enumerate(sheets, start=1)
    )
    links = "".join(
        f'<Relationship Id="rId{i}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, len(sheets) + 1)
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}'
        f'<Relationship Id="rId90" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId91" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>",
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": given.get("shared", f'<sst xmlns="{_MAIN}"/>'),
        **{
            f"xl/worksheets/sheet{i}.xml": f'<worksheet xmlns="{_MAIN}">'
            f"{given.get(f'sheet{i}') or rows_xml(rows)}</worksheet>"
            for i, rows in enumerate(sheets.values(), start=1)
        },
    }


def rows_xml(rows: Sequence[Sequence[Any]]) -> str:
    """The inside of a sheet."""
    return f"<sheetData>{''.join(_row(i, row) for i, row in enumerate(rows, start=1))}</sheetData>"


def _row(number: int, cells: Sequence[Any]) -> str:
    inside = "".join(_cell(f"{chr(65 + i)}{number}", cell) for i, cell in enumerate(cells))
    return f'<row r="{number}">{inside}</row>'


def _cell(place: str, value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
        case int() | float():
            return f'<c r="{place}"><v>{value!r}</v></c>'
        case date():
            days = (value - _EPOCH).days
            return f'<c r="{place}" s="{_DATE_STYLE}"><v>{days}</v></c>'
        case _:
            text = escape(value)
            return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
