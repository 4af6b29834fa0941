"""Whatever is sent: a clear answer that names the place, and nothing is left behind."""

import io
import json
import zipfile

import httpx2
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import func, select

from backend.datasets.tables import Dataset, DatasetVersion
from backend.studio import Studio


def parquet() -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table({"text": [f"text {i}" for i in range(1_000)]}), file)
    return file.getvalue()


def zipped(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "text,label\na,1\n")
    return file.getvalue()


BROKEN = {
    "empty file": ("t.csv", b"", "empty_file", "0 bytes"),
    "wrong encoding": ("t.csv", b"text,label\ncaf\xe9,1\n", "wrong_encoding", "Line 2: byte 14"),
    "ragged": ("t.csv", b"text,label\na,1\nb,2,3\n", "ragged_row", "Line 3 has 3 cells"),
    "truncated Parquet": ("t.parquet", parquet()[:500], "truncated_parquet", "after byte 500"),
    "JSON, no table": ("t.json", b'{"a": 1}', "not_a_table", "The value of 'a' is a number"),
    "JSON, items": ("t.json", b'[\n {"a": 1},\n 7]', "not_a_table", "Line 3, column 2"),
    "JSON, cut off": ("t.json", b'[{"a": 1},\n {"a": ', "not_json", "Line 2, column 8"),
    "no rows": ("t.csv", b"text,label\n", "no_rows", "not one row"),
    "same names": ("t.csv", b"a,b,a\nx,y,z\n", "duplicate_columns", "columns 1 and 3"),
    "giant cell": ("t.csv", b"a" * 3_000_000, "cell_too_long", "Line 1"),
    "giant header": ("t.csv", b"a," * 500_000, "too_many_columns", "In line 1"),
    "giant line": ("t.jsonl", b'{"a": "' + b"b" * 17_000_000, "line_too_long", "Line 1"),
    "CSV named .parquet": ("t.parquet", b"a,b\n1,2\n", "wrong_extension", "begins as CSV"),
    "CSV named .xyz": ("t.xyz", b"a,b\n1,2\n", "wrong_extension", "ends in .xyz"),
    "CSV named .json": ("t.json", b"a,b\n1,2\n", "not_json", "Line 1, column 1"),
    "JSON named .csv": ("t.csv", json.dumps([{"a": 1}]).encode(), "wrong_extension", "as JSON"),
    "Parquet named .csv": ("t.csv", parquet(), "wrong_extension", "begins as Parquet"),
    "ZIP named .csv": ("t.csv", zipped("t.csv"), "not_a_table", "is a ZIP archive"),
    "workbook named .csv": ("t.csv", zipped("xl/workbook.xml"), "not_a_table", "an Excel workbook"),
    "image named .csv": ("t.csv", b"\x89PNG\r\n\x1a\n" + bytes(99), "not_a_table", "a PNG image"),
    "pickle named .parquet": ("t.parquet", b"\x80\x04\x95", "not_a_table", "a Python pickle"),
    "NULs": ("t.csv", b"a,b\n1,\0\n", "wrong_encoding", "Line 2: byte 6"),
}


def everything_kept(studio: Studio) -> tuple[int, ...]:
    """Rows of both tables, objects in the store, files on their way in."""
    data = studio.settings.data
    files = [
        sum(path.is_file() for path in (data / folder).rglob("*"))
        for folder in ("artifacts", "incoming")
    ]
    with studio.database.reading() as session:
        rows = [
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Dataset, DatasetVersion)
        ]
    return (*rows, *files)


def test_a_broken_file_is_refused_with_its_place_and_leaves_nothing(
    studio: Studio, api: httpx2.Client
) -> None:
    for what, (name, content, code, place) in BROKEN.items():
        answer = api.post("datasets", files={"file": (name, content)})
        assert answer.status_code == 422, what
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert (problem["code"], problem["errors"][0]["pointer"]) == (code, "/file"), what
        assert place in problem["detail"], what
        assert everything_kept(studio) == (0, 0, 0, 0), what
