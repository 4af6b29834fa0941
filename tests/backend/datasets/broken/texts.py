"""Broken CSV, JSON, JSON Lines and plain text."""

import json

from tests.backend.datasets.broken.case import case

CSV = b"text,label\na b,1\nc d,2\n"
_DEEP = b'[{"a": ' + b"[" * 90_000 + b"]" * 90_000 + b"}]"
_NO_PARTNER = b'text,label\na,1\n"b, or not,2\nc,3\n' + b"d,4\n" * 3
_HTML = b"\n<!DOCTYPE html><html><body>502 Bad Gateway</body></html>"


def _wide_csv() -> bytes:
    return b",".join(b"c%d" % i for i in range(100_000)) + b"\n" + b",".join([b"1"] * 100_000)


def _wide_json() -> bytes:
    return json.dumps([{f"c{i}": i for i in range(100_000)}]).encode()


def _empty_lists() -> bytes:
    return b'{"a": [' + b"[]," * 10_000_000 + b"[]]}"


TEXTS = [
    case("empty", "t.csv", b"", "empty_file", "0 bytes"),
    case("blank", "t.csv", b" \n\n\t\n", "empty_file", "5 bytes"),
    case("empty text", "t.txt", b"", "empty_file", "0 bytes"),
    case("names alone", "t.csv", b"text,label\n", "no_rows", "not one row"),
    case("an empty array", "t.json", b"[]", "no_rows", "not one row"),
    case("ragged", "t.csv", b"text,label\na,1\nb,2,3\n", "ragged_row", "Line 3 has 3 cells"),
    case("same names", "t.csv", b"a,b,a\nx,y,z\n", "duplicate_columns", "columns 1 and 3"),
    case("giant cell", "t.csv", b"text\n" + b"a" * 3_000_000, "cell_too_long", "Line 2"),
    case("100 000 columns", "t.csv", _wide_csv, "too_many_columns", "In line 1", "100,000"),
    case("100 000 fields", "t.json", _wide_json, "too_many_columns", "100,000 columns"),
    case("no partner", "t.csv", _NO_PARTNER, "ragged_row", "Line 3"),
    case("CSV not UTF-8", "t.csv", b"text\ncaf\xe9\n", "wrong_encoding", "Line 2: byte 8"),
    case("JSON not UTF-8", "t.json", b'[\n{"a": "\xff"}]', "wrong_encoding", "Line 2: byte 9"),
    case("lines not UTF-8", "t.jsonl", b'{"a": "\xff"}\n', "wrong_encoding", "Line 1: byte 7"),
    case("text not UTF-8", "t.txt", b"caf\xc3\xa9\nb\xff\n", "wrong_encoding", "Line 2: byte 7"),
    case("NUL in CSV", "t.csv", b"a,b\n1,\0\n", "wrong_encoding", "Line 2: byte 6"),
    case("NUL in text", "t.txt", b"a\nb\0c\n", "wrong_encoding", "Line 2: byte 3"),
    case("UTF-16 cut", "t.csv", "text\na b".encode("utf-16")[:-1], "wrong_encoding", "Line 2"),
    case("no table", "t.json", b'{"a": 1}', "not_a_table", "The value of 'a' is a number"),
    case("a list", "t.json", b'[\n {"a": 1},\n 7]', "not_a_table", "Line 3, column 2"),
    case("cut off", "t.json", b'[{"a": 1},\n {"a": ', "not_json", "Line 2, column 8"),
    case("line cut", "t.jsonl", b'{"a": 1}\n{"a": ', "not_json", "Line 2"),
    case("half letter", "t.json", b'[{"a": "\\ud800"}]', "wrong_encoding", "Line 1", "'a'"),
    case("key twice", "t.jsonl", b'{"a": 1}\n{"a": 1, "a": 2}', "duplicate_columns", "Line 2"),
    case("deep", "t.json", _DEEP, "nested_too_deeply", "Line 1, column 2"),
    case("deep line", "t.jsonl", b'{"a": 1}\n' + _DEEP[1:-1], "nested_too_deeply", "Line 2"),
    case("many digits", "t.json", b'[{"a": ' + b"1" * 5_000 + b"}]", "not_json", "Line 1"),
    case(
        "a line without end", "t.jsonl", lambda: b'{"a": "' + b"b" * 17_000_000,
        "line_too_long", "Line 1", is_dangerous=True,
    ),
    case(
        "text without end", "t.txt", lambda: b"a" * 17_000_000,
        "line_too_long", "Line 1", is_dangerous=True,
    ),
    case(
        "30 MB of lists", "t.json", _empty_lists,
        "too_much_memory", "30,000,011 bytes", is_dangerous=True,
    ),
    case("an error page", "t.csv", _HTML, "not_a_table", "a web page"),
    case("CSV named Parquet", "t.parquet", CSV, "wrong_extension", "begins as CSV"),
    case("CSV named Arrow", "t.arrow", CSV, "wrong_extension", "begins as CSV"),
    case("CSV named .xyz", "t.xyz", CSV, "wrong_extension", "ends in .xyz"),
    case("CSV named JSON", "t.json", CSV, "not_json", "Line 1, column 1"),
    case("CSV named gzip", "t.csv.gz", CSV, "wrong_extension", "named as a gzip archive"),
    case("JSON named CSV", "t.csv", b'[{"a": 1}]', "wrong_extension", "begins as JSON"),
    case("JSON named text", "t.txt", b'[{"a": 1}]', "wrong_extension", "begins as JSON"),
    case("an image", "t.csv", b"\x89PNG\r\n\x1a\n" + bytes(99), "not_a_table", "a PNG image"),
    case("a pickle", "t.parquet", b"\x80\x04\x95" + bytes(20), "not_a_table", "a Python pickle"),
    case("a program", "t.csv", b"\x7fELF" + bytes(20), "not_a_table", "a program"),
    case("old Excel", "t.xls", b"\xd0\xcf\x11\xe0" + bytes(99), "not_a_table", "Office document"),
]  # fmt: skip
