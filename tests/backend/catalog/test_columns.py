"""Which kinds of label a column can serve as."""

import pytest

from backend.catalog.columns import ColumnFacts, ColumnType, label_kinds
from backend.catalog.rows import Label


def numbers(kind, low, high, distinct):
    return ColumnFacts(name="label", type=kind, minimum=low, maximum=high, distinct=distinct)


@pytest.mark.parametrize("kind", [ColumnType.INTEGER, ColumnType.NUMBER])
@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 0), (1, 1)])
def test_zeros_and_ones_answer_yes_or_no_however_they_are_written(kind, low, high):
    assert Label.BINARY in label_kinds(numbers(kind, low, high, 1 + (low < high)))


@pytest.mark.parametrize(
    ("low", "high", "distinct"), [(0, 1, 3), (0.2, 1, 2), (0, 0.8, 2), (-1, 1, 2), (None, None, 0)]
)
def test_other_numbers_are_scores_alone(low, high, distinct):
    assert label_kinds(numbers(ColumnType.NUMBER, low, high, distinct)) == {Label.SCORE}
