"""Tables that Hypothesis makes for operations: small, of few texts, so that things coincide."""

import json

import pyarrow as pa
from hypothesis import strategies as st

from backend.catalog.columns import ColumnType
from backend.datasets.columns import field
from backend.datasets.operations.by_name import parse_all
from backend.datasets.operations.run import run

few_texts = st.sampled_from(
    ["x", "X ", "y", "a b c d e", "a b c d f", "A b  c d e", "Ã¼ber", "<b>x</b>", "p", "", None]
)
lists_of_texts = st.lists(st.sampled_from(["x", "y", "z", ""]), max_size=3).map(json.dumps)
cells = {
    ColumnType.TEXT: few_texts,
    ColumnType.INTEGER: st.one_of(st.none(), st.integers(-1, 3), st.just(2**63 - 1)),
    ColumnType.NUMBER: st.one_of(st.none(), st.sampled_from([0.0, 0.5, 1.0, 5.0, -1e300])),
    ColumnType.BOOLEAN: st.sampled_from([True, False, None]),
    ColumnType.NUMBERS: st.one_of(st.none(), st.lists(st.sampled_from([0.0, 1.0]), max_size=2)),
    ColumnType.OTHER: st.one_of(
        st.none(), *[lists_of_texts] * 30, st.sampled_from(['{"a": 1}', "[1]", "null"])
    ),
}

COLUMNS = {
    "a": ColumnType.TEXT,
    "b": ColumnType.TEXT,
    "label": ColumnType.TEXT,
    "score": ColumnType.NUMBER,
    "count": ColumnType.INTEGER,
    "flag": ColumnType.BOOLEAN,
    "vector": ColumnType.NUMBERS,
    "list": ColumnType.OTHER,
}


def table(columns: dict[str, ColumnType], rows: list[tuple]) -> pa.Table:
    """A table as versions keep them."""
    schema = pa.schema([field(name, kind) for name, kind in columns.items()])
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    return pa.table(
        [pa.array(list(cells), f.type) for cells, f in zip(values, schema, strict=True)],
        schema=schema,
    )


def texts(**columns: list[str | None]) -> pa.Table:
    """A table of texts alone."""
    kinds = dict.fromkeys(columns, ColumnType.TEXT)
    return table(kinds, list(zip(*columns.values(), strict=True)))


def tables_of(columns: dict[str, ColumnType], max_size: int = 20) -> st.SearchStrategy[pa.Table]:
    rows = st.lists(st.tuples(*(cells[kind] for kind in columns.values())), max_size=max_size)
    return rows.map(lambda made: table(columns, made))


any_tables = tables_of(COLUMNS, max_size=12)
"""Now and then without a row, though no version is."""


def do(made: pa.Table, name: str, **parameters: object) -> pa.Table:
    """The table after one operation, given as JSON gives it."""
    return run(parse_all([{"name": name, "parameters": parameters}]), made)
