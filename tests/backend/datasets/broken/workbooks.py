"""Broken and hostile workbooks."""

from tests.backend.datasets.broken.archives import zipped
from tests.backend.datasets.broken.case import case
from tests.backend.datasets.broken.texts import CSV
from tests.backend.datasets.workbooks import workbook

_ROWS = [["text", "label"], ["a b", 1], ["c d", 2]]
_GOOD = workbook({"Data": _ROWS})
_FAR = (
    '<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
    '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData>'
)
_SHARED = '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData>'


def _laughs() -> str:
    """Ten entities, each of ten of the one before it: 10⁹ times “lol”."""
    nested = "".join(f'<!ENTITY lol{i} "{f"&lol{i - 1};" * 10}">' for i in range(1, 10))
    return f'<!DOCTYPE sst [<!ENTITY lol0 "lol">{nested}]><sst><si><t>&lol9;</t></si></sst>'


def _repeated(rows: int) -> str:
    """A text of 30 000 characters that is written once and meant `rows` times."""
    inside = "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(1, rows))
    return f"<sheetData>{inside}</sheetData>"


_LONG = (
    '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    f"<si><t>{'a' * 30_000}</t></si></sst>"
)

WORKBOOKS = [
    case("workbook cut off", "t.xlsx", _GOOD[:900], "damaged_archive", "'t.xlsx'"),
    case("workbook without a book", "t.xlsx", zipped(("t.csv", CSV)), "damaged_workbook",
         "no xl/workbook.xml"),
    case("a text document", "t.xlsx", zipped(("word/document.xml", b"<a/>")), "not_a_table",
         "a Word document"),
    case("workbook of nothing", "t.xlsx", workbook({"Data": [], "More": []}), "no_rows",
         "'Data', 'More'"),
    case("names alone", "t.xlsx", workbook({"Data": _ROWS[:1]}), "no_rows", "'Data'"),
    case("same names", "t.xlsx", workbook({"Data": [["a", "a"], ["x y", "z"]]}),
         "duplicate_columns", "sheet 'Data', row 1", "columns 1 and 2"),
    case("XML cut off", "t.xlsx", workbook({"Data": _ROWS}, sheet1='<sheetData><row r="1"><c r="A'),
         "damaged_workbook", "t.xlsx"),
    case("no such text", "t.xlsx", workbook({"Data": _ROWS}, sheet1=_SHARED), "damaged_workbook",
         "shared strings"),
    case("XML bomb", "t.xlsx", workbook({"Data": _ROWS}, sheet1=_SHARED, shared=_laughs()),
         "unsafe_workbook", "xl/sharedStrings.xml", is_dangerous=True),
    case("17 000 million cells", "t.xlsx", workbook({"Data": _ROWS}, sheet1=_FAR),
         "too_much_memory", "t.xlsx", is_dangerous=True),
    case("6 GB of one text", "t.xlsx",
         lambda: workbook({"Data": _ROWS}, sheet1=_repeated(200_000), shared=_LONG),
         "too_much_memory", "t.xlsx", is_dangerous=True),
    case("a workbook named CSV", "t.csv", _GOOD, "wrong_extension", "an Excel workbook"),
    case("an encrypted workbook", "t.xlsx", b"\xd0\xcf\x11\xe0" + bytes(999), "not_a_table",
         "encrypted Office document"),
]  # fmt: skip
