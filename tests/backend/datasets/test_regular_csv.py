"""Two readers of delimited text: where the fast one answers, it says what the exact one says."""

import io
import itertools

import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend.datasets.reading import delimited, utf8_stream
from backend.datasets.reading.csv_dialect import Dialect
from backend.datasets.reading.csv_records import BrokenQuotes, records_of
from backend.datasets.reading.limits import MOST_CELL_CHARACTERS
from backend.datasets.reading.regular_csv import read_regular
from backend.datasets.reading.utf8_stream import Utf8Stream
from backend.problems import BadFile
from tests.backend.datasets import tables
from tests.backend.datasets.laws import law
from tests.backend.datasets.test_formats import folder

COMMAS = Dialect(",", "doubled")
dialects = st.builds(
    Dialect, st.sampled_from([",", "\t"]), st.sampled_from(["doubled", "escaped", "literal"])
)
odd_texts = st.text(st.sampled_from('ab",\t\n\r\\ é\ufeff'), max_size=40)
cells = st.sampled_from(["a", '"b"', '""', '"c""d"', '"e\nf"', '"g\r\nh"', "", " ", "é", '"i,j"'])
odd_cells = cells | st.sampled_from(['k"l', '"m"n', '"o', '"p\rq"', "r\rs", '"t\\"u"', "\ufeff"])


@st.composite
def files(draw, some_cells):
    """Records of mostly one width, with every kind of line end, and empty lines among them."""
    width = draw(st.integers(1, 3))
    widths = st.just(width) if draw(st.booleans()) else st.integers(1, 4)
    record = widths.flatmap(lambda w: st.lists(some_cells, min_size=w, max_size=w)).map(",".join)
    ends = st.sampled_from(["\n", "\n", "\r\n", "\n\n"])
    lines = draw(st.lists(st.tuples(record, ends), min_size=1, max_size=8))
    text = "".join(itertools.chain.from_iterable(lines))
    return text if draw(st.booleans()) else text.rstrip("\r\n")


def exactly(text: bytes, dialect: Dialect) -> list[list[str]]:
    stream = Utf8Stream(io.BytesIO(text), "utf-8")
    return [record for _, record in records_of(stream, dialect)]


def rows_of(batch) -> list[list[str]]:
    return [list(row.values()) for row in batch.to_pylist()]


@law
@given(odd_texts | files(cells) | files(odd_cells), dialects, st.integers(1, 4), st.booleans())
@example('a,"b"c\n', COMMAS, 2, True)
@example('a""b,c\n', COMMAS, 2, True)
@example("\ufeffa,b\n", COMMAS, 2, True)
@example('""\n', COMMAS, 1, True)
@example("a\rb\n", COMMAS, 1, True)
@example('"a\n', COMMAS, 1, True)
@example('"a"\n"', COMMAS, 1, False)
def test_what_is_read_fast_is_what_is_read_exactly(text, dialect, width, is_last):
    block = text.encode()
    names = [str(i) for i in range(width)]
    found = read_regular(block, names, dialect, is_last)
    if found is not None:
        assert rows_of(found.cells) == exactly(block[: found.size], dialect)
        assert is_last is False or found.size == len(block)


@law
@given(files(cells))
def test_regular_text_is_read_fast(text):
    rows = exactly(text.encode(), COMMAS)
    names = [str(i) for i in range(len(rows[0]) if rows else 1)]
    found = read_regular(text.encode(), names, COMMAS, is_last=True)
    is_a_table = len(rows) > 0 and all(len(row) == len(names) for row in rows)
    assert (found is not None) == is_a_table


def told(content: bytes) -> object:
    """All that reading a file gives: its rows, facts, content and manner, or what is wrong."""
    with folder() as place:
        (place / "file").write_bytes(content)
        try:
            written, found = delimited.write_delimited(place / "file", "t.csv", place / "rows")
        except (BadFile, BrokenQuotes) as problem:
            return str(problem)
        return pq.read_table(place / "rows").to_pydict(), written, found


@law
@given(
    odd_texts | files(cells) | files(odd_cells),
    st.sampled_from([1, 5, 30, 1000]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
@example("x,y\na,b\nc,d\n" + 'e"f,g\n' + "h,i\n" * 9 + '"j,k\n', 5, "utf-8")
def test_a_file_reads_the_same_block_by_block_or_exactly(text, block_bytes, encoding):
    content = f"text one,label\n{text}".encode(encoding)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(utf8_stream, "CHUNK_CHARACTERS", block_bytes)
        in_blocks = told(content)
        patch.setattr(delimited, "read_regular", lambda *_: None)
        assert in_blocks == told(content)


@law
@given(odd_texts, st.sampled_from([1, 3, 1000]))
def test_lines_are_those_of_python_wherever_blocks_end(text, block_bytes):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(utf8_stream, "CHUNK_CHARACTERS", block_bytes)
        stream = Utf8Stream(io.BytesIO(text.encode()), "utf-8")
        lines = list(io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8", newline=""))
        assert list(stream.lines()) == lines
    assert stream.at == len(text.encode())
    assert stream.line == 1 + len(lines)


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(utf8_stream, "CHUNK_CHARACTERS", 10_000)


@pytest.mark.usefixtures("small_blocks")
def test_the_line_of_a_late_fault_counts_every_line_break_before_it(tmp_path):
    rows = '"one\ntwo",1\n' * 5_000
    content = f"text,label\n{rows}a,b,c\n".encode()
    with pytest.raises(BadFile, match=r"Line 10,002 has 3 cells"):
        tables.read(tmp_path, "t.csv", content)


@pytest.mark.usefixtures("small_blocks")
def test_a_stray_quotation_mark_is_part_of_its_text_and_the_rest_reads_on(tmp_path):
    rows = "a b,1\n" * 5_000
    table = tables.read(tmp_path, "t.csv", f'text,label\n{rows}5" pipe,2\n{rows}'.encode())
    assert table.written.facts.rows == 10_001
    assert table.written.facts.column("text").distinct == 2


def test_where_a_cell_of_regular_text_stands_is_known():
    chunk = next(
        delimited._chunks_of(Utf8Stream(io.BytesIO(b'"a\nb"\n\nc\n'), "utf-8"), ["x"], COMMAS)
    )
    assert [chunk.place(row) for row in range(chunk.rows)] == ["Line 1", "Line 4"]


def test_a_cell_that_is_too_long_is_refused_with_its_line(tmp_path):
    long = "é" * (MOST_CELL_CHARACTERS + 1)
    content = f"text,label\na,1\n{long},2\n".encode()
    with pytest.raises(BadFile, match=r"Line 3 holds 1,000,001 characters"):
        tables.read(tmp_path, "t.csv", content)


def test_a_cell_of_the_greatest_length_is_taken(tmp_path):
    long = "é" * MOST_CELL_CHARACTERS
    content = f"text,label\na b,1\n{long},2\n".encode()
    assert tables.read_rows(tmp_path, "t.csv", content)["text"][1] == long
