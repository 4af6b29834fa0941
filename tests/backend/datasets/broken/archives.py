"""Broken and hostile archives."""

import gzip
import io
import stat
import struct
import tarfile
import warnings
import zipfile

import zstandard

from tests.backend.datasets.broken.case import case
from tests.backend.datasets.broken.texts import CSV

_MB = 1_000_000


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = 8) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w", method) as archive:
        warnings.simplefilter("ignore")  # the same name twice, on purpose
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def _patched(content: bytes, mark: bytes, offset: int, layout: str, value: int) -> bytes:
    """With one figure of the header after `mark` replaced."""
    changed = bytearray(content)
    struct.pack_into(layout, changed, content.index(mark) + offset, value)
    return bytes(changed)


def _encrypted() -> bytes:
    once = _patched(zipped(("t.csv", CSV)), b"PK\x01\x02", 8, "<H", 1)
    return _patched(once, b"PK\x03\x04", 6, "<H", 1)


def _link() -> bytes:
    info = zipfile.ZipInfo("t.csv")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return zipped((info, b"/etc/passwd"))


def _claims(size: int) -> bytes:
    return _patched(zipped(("t.csv", CSV)), b"PK\x01\x02", 24, "<L", size)


def _many(count: int) -> bytes:
    return zipped(*((f"{i}.csv", b"") for i in range(count)))


def _tar_gz() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        info = tarfile.TarInfo("t.csv")
        info.size = len(CSV)
        archive.addfile(info, io.BytesIO(CSV))
    return file.getvalue()


def _zeros_in_zstd(size: int) -> bytes:
    """`size` bytes of one letter, packed as they are made."""
    packed = io.BytesIO()
    with zstandard.ZstdCompressor().stream_writer(packed, closefd=False) as writer:
        for _ in range(size // _MB):
            writer.write(b"a" * _MB)
    return packed.getvalue()


def _zeros_in_gzip(size: int) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as writer:
        for _ in range(size // _MB):
            writer.write(b"a" * _MB)
    return packed.getvalue()


def _zeros_in_zip(size: int) -> bytes:
    return zipped(("t.csv", b"a" * size))


def _long_table() -> bytes:
    return b"text,label\n" + b"".join(b"line %d of many,%d\n" % (i, i) for i in range(100_000))


_GZIP = gzip.compress(_long_table())
_ZSTD = zstandard.ZstdCompressor(write_checksum=True).compress(_long_table())
_ZIP = zipped(("t.csv", _long_table()))

ARCHIVES = [
    case("gzip cut off", "t.csv.gz", _GZIP[:9_000], "damaged_archive", "byte"),
    case("zstd cut off", "t.csv.zst", _ZSTD[:9_000], "damaged_archive", "byte"),
    case("ZIP cut off", "t.zip", _ZIP[:9_000], "damaged_archive", "'t.zip'"),
    case("gzip damaged", "t.csv.gz", _GZIP[:500] + b"junk" * 9 + _GZIP[536:], "damaged_archive"),
    case("zstd damaged", "t.csv.zst", _ZSTD[:500] + b"junk" * 9 + _ZSTD[536:], "damaged_archive"),
    case("ZIP damaged", "t.zip", _ZIP[:500] + b"junk" * 9 + _ZIP[536:], "damaged_archive", "t.csv"),
    case("gzip of nothing", "t.csv.gz", gzip.compress(b""), "empty_file", "0 bytes"),
    case("empty ZIP", "t.zip", zipped(), "empty_file", "holds no file"),
    case("hidden alone", "t.zip", zipped(("__MACOSX/._t.csv", CSV)), "empty_file", "no file"),
    case("broken within", "t.csv.gz", gzip.compress(b"a,b\n1,2,3\n"), "ragged_row", "Line 2"),
    case("which of them", "t.zip", zipped(("x/a.csv", CSV), ("x/b.csv", b"text,label\na\n")),
         "ragged_row", "'x/b.csv' in 't.zip'", "Line 2"),
    case("other columns", "t.zip", zipped(("a.csv", CSV), ("b.csv", b"text,n\na b,1\n")),
         "columns_differ", "'b.csv' in 't.zip'", "'label'"),
    case("no tables", "t.zip", zipped(("a.exe", b"MZ"), ("b.png", b"\x89PNG")), "not_a_table", "a.exe"),
    case("gzip named CSV", "t.csv", _GZIP, "wrong_extension", "is a gzip archive"),
    case("ZIP named CSV", "t.csv", _ZIP, "wrong_extension", "is a ZIP archive"),
    case("ZIP in ZIP", "t.zip", zipped(("u.zip", _ZIP)), "nested_archive", "'u.zip' in 't.zip'"),
    case("gzip in gzip", "t.csv.gz.gz", gzip.compress(_GZIP), "nested_archive", "t.csv.gz.gz"),
    case("ZIP in gzip", "t.zip.gz", gzip.compress(_ZIP), "nested_archive", "t.zip.gz"),
    case("hidden gzip in gzip", "t.csv.gz", gzip.compress(_GZIP), "nested_archive", "t.csv.gz"),
    case("tar in gzip", "t.tar.gz", _tar_gz, "not_a_table", "a tar archive"),
    case("outwards", "t.zip", zipped(("../../t.csv", CSV)), "unsafe_archive", "../../t.csv"),
    case("outwards, Windows", "t.zip", zipped(("..\\t.csv", CSV)), "unsafe_archive", "t.csv"),
    case("absolute", "t.zip", zipped(("/etc/t.csv", CSV)), "unsafe_archive", "/etc/t.csv"),
    case("of a drive", "t.zip", zipped(("C:/t.csv", CSV)), "unsafe_archive", "C:/t.csv"),
    case("a link", "t.zip", _link, "unsafe_archive", "t.csv", "a link"),
    case("same name", "t.zip", zipped(("t.csv", CSV), ("t.csv", CSV)), "unsafe_archive", "t.csv"),
    case("encrypted", "t.zip", _encrypted, "unsafe_archive", "t.csv", "encrypted"),
    case("bzip2 in ZIP", "t.zip", zipped(("t.csv", CSV), method=12), "unsafe_archive", "t.csv"),
    case("claims less", "t.zip", lambda: _claims(5), "damaged_archive", "t.csv"),
    case("claims more", "t.zip", lambda: _claims(2**31), "damaged_archive", "t.csv"),
    case("many files", "t.zip", lambda: _many(1_001), "too_many_files", "1,001 files"),
    case("endless list", "t.zip", lambda: _many(20_000), "too_many_files", "bytes of names"),
    case("gzip bomb", "t.csv.gz", lambda: _zeros_in_gzip(150 * _MB), "decompression_bomb",
         "t.csv.gz", is_dangerous=True),
    case("zstd bomb", "t.csv.zst", lambda: _zeros_in_zstd(300 * _MB), "decompression_bomb",
         "t.csv.zst", is_dangerous=True),
    case("ZIP bomb", "t.zip", lambda: _zeros_in_zip(150 * _MB), "decompression_bomb",
         "'t.csv' in 't.zip'", is_dangerous=True),
    case("bomb in a bomb", "t.zip",
         lambda: zipped(("t.csv.zst", _zeros_in_zstd(300 * _MB))), "decompression_bomb",
         "'t.csv.zst' in 't.zip'", is_dangerous=True),
    case("more than allowed", "t.csv.gz", _GZIP, "unpacked_too_large", "2 MB", most_bytes=2 * _MB),
    case("more in all", "t.zip", zipped(("a.csv", _long_table()), ("b.csv", _long_table())),
         "unpacked_too_large", "'b.csv' in 't.zip'", most_bytes=4 * _MB),
]  # fmt: skip
