"""Texts made clean, cell by cell; rows, their order and every other column stay."""

from collections.abc import Callable
from typing import ClassVar

import pyarrow as pa

from backend.datasets.operations.broken_encoding import repaired
from backend.datasets.operations.columns_named import column_of
from backend.datasets.operations.html import without_html
from backend.datasets.operations.operation import TEXTS, Operation
from backend.recipes.schemas import ColumnName
from backend.recipes.words import and_list
from backend.secret_shapes import without_private


class StripHtml(Operation):
    """`without_html` says what goes and what stays."""

    name: ClassVar[str] = "strip_html"
    purpose: ClassVar[str] = (
        "Leave out HTML tags, and write HTML's codes as the signs they stand for."
    )

    columns: list[ColumnName] = column_of(*TEXTS, min_length=1)

    def apply(self, table: pa.Table) -> pa.Table:
        return _cell_by_cell(table, self.columns, without_html)

    def sentence(self, before: int, after: int) -> str:
        return f"Left HTML out of {and_list(self.columns)}."


class RepairEncoding(Operation):
    """`repaired` says what is mended and what goes. Twice is once."""

    name: ClassVar[str] = "repair_encoding"
    purpose: ClassVar[str] = "Mend broken characters (Ã¼ for ü), and leave out control characters."

    columns: list[ColumnName] = column_of(*TEXTS, min_length=1)

    def apply(self, table: pa.Table) -> pa.Table:
        return _cell_by_cell(table, self.columns, repaired)

    def sentence(self, before: int, after: int) -> str:
        return f"Mended broken characters in {and_list(self.columns)}."


class HidePrivate(Operation):
    """What is replaced has the shape of a key (`backend.secret_shapes`) or of an e-mail address."""

    name: ClassVar[str] = "hide_private"
    purpose: ClassVar[str] = "Replace passwords, keys and e-mail addresses by [key] and [email]."

    columns: list[ColumnName] = column_of(*TEXTS, min_length=1)

    def apply(self, table: pa.Table) -> pa.Table:
        return _cell_by_cell(table, self.columns, without_private)

    def sentence(self, before: int, after: int) -> str:
        return f"Replaced keys and e-mail addresses in {and_list(self.columns)}."


def _cell_by_cell(table: pa.Table, columns: list[str], clean: Callable[[str], str]) -> pa.Table:
    for name in columns:
        texts = table.column(name).to_pylist()
        cleaned = [None if text is None else clean(text) for text in texts]
        place = table.schema.get_field_index(name)
        table = table.set_column(place, table.schema.field(place), pa.array(cleaned, pa.string()))
    return table
