"""Broken Parquet and Arrow: cut off, damaged, and lying about what they hold."""

import io
import struct

import pyarrow as pa
import pyarrow.parquet as pq

from tests.backend.datasets.broken.case import case
from tests.backend.datasets.broken.texts import CSV

ROWS = 1_234
_TAIL_BYTES = 8
_TABLE = pa.table({"text": [f"text {i}" for i in range(ROWS)], "label": range(ROWS)})


def parquet(table: pa.Table = _TABLE, **options: object) -> bytes:
    file = io.BytesIO()
    pq.write_table(table, file, **options)
    return file.getvalue()


def arrow(
    table: pa.Table = _TABLE, *, is_file: bool = True, compression: str | None = None
) -> bytes:
    file = io.BytesIO()
    options = pa.ipc.IpcWriteOptions(compression=compression)
    start = pa.ipc.new_file if is_file else pa.ipc.new_stream
    with start(file, table.schema, options=options) as writer:
        writer.write_table(table)
    return file.getvalue()


def _varint(value: int) -> bytes:
    """A whole number as Thrift's compact protocol, which Parquet uses, writes it."""
    left, out = value << 1, bytearray()
    while left > 0x7F:
        out.append(left & 0x7F | 0x80)
        left >>= 7
    return bytes([*out, left])


def _after_varint(content: bytes, at: int) -> int:
    return next(i for i in range(at, at + 10) if content[i] < 0x80) + 1


def _value(varint: bytes) -> int:
    return sum((byte & 0x7F) << 7 * i for i, byte in enumerate(varint)) >> 1


def _lying_footer(said: int, lie: int, times: int = -1) -> bytes:
    """Parquet whose description has `lie` where it truly says `said`: everywhere, or so often."""
    content = parquet()
    (length,) = struct.unpack("<L", content[-_TAIL_BYTES:-4])
    start = len(content) - _TAIL_BYTES - length
    footer = content[start:-_TAIL_BYTES].replace(_varint(said), _varint(lie), times)
    return content[:start] + footer + struct.pack("<L", len(footer)) + b"PAR1"


def _lying_page(lie: int) -> bytes:
    """Parquet whose only page claims to be of `lie` bytes when it is unpacked. What the longer
    figure takes is taken away from the page's end, so that all else is true."""
    content = parquet(_TABLE.select(["text"]), use_dictionary=False)
    column = pq.ParquetFile(io.BytesIO(content)).metadata.row_group(0).column(0)
    end = column.data_page_offset + column.total_compressed_size
    at = content.index(b"\x15\x00\x15", 4) + 3  # a data page; then its size, and that packed
    packed_at = _after_varint(content, at) + 1
    rest_at = _after_varint(content, packed_at)
    grown = len(_varint(lie)) - (packed_at - 1 - at)
    packed = _value(content[packed_at:rest_at]) - grown
    header = _varint(lie) + content[packed_at - 1 : packed_at] + _varint(packed)
    return content[:at] + header + content[rest_at : end - grown] + content[end:]


def _footer_of(length: int) -> bytes:
    return parquet()[:-_TAIL_BYTES] + struct.pack("<L", length) + b"PAR1"


def _repeated(rows: int, characters: int) -> pa.Table:
    """A text that is written once and meant `rows` times."""
    text = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), ["a" * characters])
    return pa.table({"text": text})


def _one_value(characters: int) -> pa.Table:
    return pa.table({"text": ["a" * characters]})


def _not_unicode() -> pa.Table:
    binary = pa.array([b"ok", b"\xff\xfe"])
    return pa.table({"text": pa.StringArray.from_buffers(2, *binary.buffers()[1:])})


def _of_columns(count: int) -> pa.Table:
    return pa.table({f"c{i}": ["a"] for i in range(count)})


def _same_names() -> pa.Table:
    return pa.table([pa.array(["a"]), pa.array(["b"])], names=["text", "text"])


def _lying_lengths() -> bytes:
    """Arrow whose texts claim to begin and end where there is nothing."""
    content = bytearray(arrow(pa.table({"text": ["a b c", "d e f"]})))
    offsets = struct.pack("<3l", 0, 5, 10)
    struct.pack_into("<3l", content, content.index(offsets), 0, 5, 2**30)
    return bytes(content)


def _lying_message() -> bytes:
    content = bytearray(arrow(is_file=False))
    struct.pack_into("<l", content, 4, 2**31 - 8)
    return bytes(content)


def _lying_compression() -> bytes:
    """Arrow whose first packed piece claims to be of 2⁵⁰ bytes when it is unpacked."""
    content = bytearray(arrow(compression="zstd"))
    mark = content.index(b"\x28\xb5\x2f\xfd")
    struct.pack_into("<q", content, mark - 8, 2**50)
    return bytes(content)


_NO_ROWS = _TABLE.slice(0, 0)

COLUMNAR = [
    case("Parquet cut off", "t.parquet", parquet()[:500], "truncated_parquet", "byte 500"),
    case("Parquet's start", "t.parquet", b"PAR1", "truncated_parquet", "byte 4"),
    case("Parquet's ends", "t.parquet", b"PAR1PAR1", "truncated_parquet", "byte 8"),
    case("footer of 4 GB", "t.parquet", _footer_of(2**32 - 1), "damaged_parquet", "4,294,967,295"),
    case("footer of 3 bytes", "t.parquet", _footer_of(3), "damaged_parquet", "row 1"),
    case("junk for a footer", "t.parquet", b"PAR1" + b"j" * 99 + struct.pack("<L", 99) + b"PAR1",
         "damaged_parquet", "row 1"),
    case("10¹² rows", "t.parquet", lambda: _lying_footer(ROWS, 10**12, times=1),
         "damaged_parquet", "row"),
    case("10¹² values", "t.parquet", lambda: _lying_footer(ROWS, 10**12), "damaged_parquet", "row"),
    case("12 rows", "t.parquet", lambda: _lying_footer(ROWS, 12, times=1), "damaged_parquet", "row"),
    case("a page of 2 GB", "t.parquet", lambda: _lying_page(2**31 - 1),
         "too_much_memory", "t.parquet", is_dangerous=True),
    case("a page of −1", "t.parquet", lambda: _lying_page(2**32 - 1), "too_much_memory", "t.parquet"),
    case("900 GB of one text", "t.parquet", lambda: parquet(_repeated(1_000_000, 900_000)),
         "unpacked_too_large", "row", is_dangerous=True, most_bytes=500_000_000),
    case("a text of 300 MB", "t.parquet",
         lambda: parquet(_one_value(300_000_000), use_dictionary=False, write_statistics=False),
         "too_much_memory", "t.parquet", is_dangerous=True),
    case("a long text", "t.parquet", parquet(_one_value(1_000_001)), "cell_too_long", "Row 1"),
    case("Parquet not UTF-8", "t.parquet", lambda: parquet(_not_unicode()), "damaged_parquet", "row 1"),
    case("Parquet's rows", "t.parquet", parquet(_NO_ROWS), "no_rows", "not one row"),
    case("Parquet's names", "t.parquet", lambda: parquet(_same_names()), "duplicate_columns",
         "columns 1 and 2"),
    case("20 000 columns", "t.parquet", lambda: parquet(_of_columns(20_000)), "too_many_columns",
         "20,000 columns", is_dangerous=True),
    case("Parquet named CSV", "t.csv", parquet(), "wrong_extension", "begins as Parquet"),
    case("Arrow cut off", "t.arrow", arrow()[:500], "damaged_arrow", "row 1"),
    case("stream cut off", "t.arrows", arrow(is_file=False)[:500], "damaged_arrow", "row 1"),
    case("Arrow's start", "t.feather", b"ARROW1\0\0", "damaged_arrow", "row 1"),
    case("first Feather", "t.feather", b"FEA1" + bytes(99), "not_a_table", "first version"),
    case("Arrow's lengths", "t.arrow", _lying_lengths, "damaged_arrow", "row 1"),
    case("Arrow's message", "t.arrows", _lying_message, "damaged_arrow", "row 1"),
    case("Arrow of 2⁵⁰ bytes", "t.arrow", _lying_compression, "too_much_memory", "t.arrow",
         is_dangerous=True),
    case("900 GB in Arrow", "t.arrow", lambda: arrow(_repeated(1_000_000, 900_000)),
         "unpacked_too_large", "row", is_dangerous=True, most_bytes=500_000_000),
    case("a text of 400 MB in Arrow", "t.arrow",
         lambda: arrow(_one_value(400_000_000), compression="zstd"), "too_much_memory", "t.arrow",
         is_dangerous=True),
    case("Arrow not UTF-8", "t.arrow", lambda: arrow(_not_unicode()), "damaged_arrow", "row 1"),
    case("Arrow's rows", "t.arrow", arrow(_NO_ROWS), "no_rows", "not one row"),
    case("Arrow's names", "t.arrow", lambda: arrow(_same_names()), "duplicate_columns",
         "columns 1 and 2"),
    case("Arrow named Parquet", "t.parquet", arrow(), "wrong_extension", "begins as Arrow"),
    case("CSV named workbook", "t.xlsx", CSV, "wrong_extension", "begins as CSV"),
]  # fmt: skip
