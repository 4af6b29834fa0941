"""Awkward files that are no one's fault: each must be read, and right."""

import codecs
import gzip
import io
import zipfile

import pyarrow as pa
import zstandard

from tests.backend.datasets.broken.archives import zipped
from tests.backend.datasets.broken.columnar import arrow
from tests.backend.datasets.tables import Column, as_csv, as_json_lines, as_parquet
from tests.backend.datasets.workbooks import as_excel, rows_xml, workbook

GOOD: dict[str, Column] = {"text": ["größer, als", "b c"], "label": [1, 2]}
_CSV = as_csv(GOOD)
_LINES = as_json_lines(GOOD)
_PLAIN: dict[str, Column] = {"text": ["größer, als", "b c"]}
_ROWS = [list(row) for row in zip(*GOOD.values(), strict=True)]
_SHEET = rows_xml([["text", "label"], *_ROWS])
_ARROW = pa.table(GOOD)


def _flagged() -> bytes:
    """A ZIP archive as a Mac writes it: with folders, hidden members and names in UTF-8."""
    return zipped(("größe/", b""), ("größe/t.csv", _CSV), ("__MACOSX/größe/._t.csv", b"\0\5"),
                  ("größe/.DS_Store", b"\0"))  # fmt: skip


def _stored() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        with archive.open(zipfile.ZipInfo("t.csv"), "w", force_zip64=True) as member:
            member.write(_CSV)
        archive.comment = b"made by hand"
    return file.getvalue()


AWKWARD: dict[str, tuple[str, bytes, dict[str, Column]]] = {
    "a BOM in CSV": ("t.csv", codecs.BOM_UTF8 + _CSV, GOOD),
    "a BOM in JSON Lines": ("t.jsonl", codecs.BOM_UTF8 + _LINES, GOOD),
    "a BOM in text": ("t.txt", codecs.BOM_UTF8 + "größer, als\nb c".encode(), _PLAIN),
    "UTF-16": ("t.csv", _CSV.decode().encode("utf-16"), GOOD),
    "UTF-32 text": ("t.txt", "größer, als\nb c\n".encode("utf-32"), _PLAIN),
    "lone carriage returns": ("t.csv", _CSV.replace(b"\r\n", b"\r"), GOOD),
    "line feeds": ("t.csv", _CSV.replace(b"\r\n", b"\n"), GOOD),
    "mixed line ends": ("t.csv", _CSV.replace(b"\r\n", b"\n", 1), GOOD),
    "mixed line ends in text": ("t.txt", "größer, als\r\n\r\n \nb c\r".encode(), _PLAIN),
    "blank lines": ("t.csv", b"\r\n\r\n" + _CSV.replace(b"\r\n", b"\r\n\r\n"), GOOD),
    "blank lines between objects": ("t.jsonl", _LINES.replace(b"\n", b"\n\n \n"), GOOD),
    "no line end at the end": ("t.csv", _CSV.rstrip(), GOOD),
    "names in capitals": ("T.CSV.GZ", gzip.compress(_CSV), GOOD),
    "no ending": ("table", _CSV, GOOD),
    "no ending but packed": ("table.gz", gzip.compress(_CSV), GOOD),
    "two gzip members": ("t.csv.gz", gzip.compress(_CSV[:9]) + gzip.compress(_CSV[9:]), GOOD),
    "two Zstandard frames": (
        "t.csv.zst", zstandard.compress(_CSV[:9]) + zstandard.compress(_CSV[9:]), GOOD,
    ),
    "Parquet in gzip": ("t.parquet.gz", gzip.compress(as_parquet(GOOD)), GOOD),
    "a workbook in a ZIP archive": ("t.zip", zipped(("t.xlsx", as_excel(GOOD))), GOOD),
    "gzip in a ZIP archive": ("t.zip", zipped(("t.csv.gz", gzip.compress(_CSV))), GOOD),
    "a Mac's ZIP archive": ("t.zip", _flagged(), GOOD),
    "a streamed ZIP archive": ("t.zip", _stored(), GOOD),
    "a README beside the table": ("t.zip", zipped(("README.txt", b"Hi"), ("t.csv", _CSV)), GOOD),
    "a picture beside the table": ("t.zip", zipped(("t.csv", _CSV), ("p.png", b"\x89PNG")), GOOD),
    "a workbook with a cover": (
        "t.xlsx", workbook({"About": [["Ours"]], "Data": [["text", "label"], *_ROWS]}), GOOD,
    ),
    "a workbook with a hidden sheet": (
        "t.xlsx",
        workbook({"Old": [["a", "b"], [1, 2]], "D": [["text", "label"], *_ROWS]}, hidden=["Old"]),
        GOOD,
    ),
    "a workbook with a title and gaps": (
        "t.xlsx", workbook({"D": [[], [None, "text", "label"], [], *([None, *r] for r in _ROWS)]}),
        GOOD,
    ),
    "a workbook that claims all cells": (
        "t.xlsx", workbook({"D": []}, sheet1=f'<dimension ref="A1:XFD1048576"/>{_SHEET}'), GOOD,
    ),
    "an Arrow stream named .feather": ("t.feather", arrow(_ARROW, is_file=False), GOOD),
}  # fmt: skip
