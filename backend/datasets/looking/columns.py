"""What one pass over all rows tells of each column."""

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc

from backend.catalog.columns import MOST_CLASSES, ColumnFacts, ColumnType
from backend.datasets.facts import MOST_DISTINCT
from backend.datasets.findings.finding import FindingKind
from backend.datasets.looking.faults import Faults
from backend.datasets.looking.lengths import LengthCounts
from backend.datasets.profile import ColumnProfile, Role, ValueCount
from backend.recipes.schemas import Mapping

_MOST_VALUES = 50
_VALUE_CHARACTERS = 200
_COUNTED = (ColumnType.TEXT, ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.BOOLEAN)


class ColumnCollector:
    """Sees a column batch by batch; the version's facts already tell the rest."""

    def __init__(self, facts: ColumnFacts) -> None:
        self.facts = facts
        self.faults = Faults()
        self._lengths = LengthCounts()
        self._values: Counter[object] = Counter()
        self._counts_values = facts.type in _COUNTED and 0 < facts.distinct <= MOST_CLASSES

    def see(self, array: pa.Array, first_row: int) -> None:
        if self.facts.type is ColumnType.TEXT:
            lengths = pc.utf8_length(array.drop_null())
            self._lengths.see(lengths.to_numpy(zero_copy_only=False))
            self.faults.see(array, first_row)
        if self._counts_values:
            for each in pc.value_counts(array.drop_null()).to_pylist():
                self._values[each["values"]] += each["counts"]

    def profile(self, role: Role, input_number: int | None) -> ColumnProfile:
        """Of an input the values are not told: what matters of texts is not how often each is."""
        facts, counts = self.facts, self.faults.counts
        if role is Role.INPUT:
            self._values.clear()
        most = self._values.most_common(_MOST_VALUES)
        is_text = facts.type is ColumnType.TEXT
        return ColumnProfile(
            name=facts.name,
            type=facts.type,
            role=role,
            input_number=input_number,
            nulls=facts.nulls,
            empty=facts.empty,
            distinct=facts.distinct,
            distinct_is_at_least=facts.distinct >= MOST_DISTINCT,
            minimum=None if is_text else facts.minimum,
            maximum=None if is_text else facts.maximum,
            characters=self._lengths.lengths(),
            values=[ValueCount(value=_shown(value), count=count) for value, count in most],
            other_values=sum(self._values.values()) - sum(count for _, count in most),
            very_long=counts[FindingKind.LONG_TEXTS],
            control_characters=counts[FindingKind.CONTROL_CHARACTERS],
            broken_encoding=counts[FindingKind.BROKEN_ENCODING],
            html=counts[FindingKind.HTML],
        )


def role_of(name: str, mapping: Mapping | None, part: str | None) -> tuple[Role, int | None]:
    """What the mapping takes a column for, and which input it is."""
    if mapping is not None:
        if name in mapping.inputs:
            return Role.INPUT, mapping.inputs.index(name) + 1
        if name in (mapping.label, mapping.grade):
            return Role.LABEL, None
        if name == mapping.group:
            return Role.GROUP, None
    return (Role.PART if name == part else Role.NONE), None


def _shown(value: object) -> str:
    """A value as text, without the control characters that PostgreSQL refuses in JSON."""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return "".join(c if c.isprintable() else " " for c in text[:_VALUE_CHARACTERS])
