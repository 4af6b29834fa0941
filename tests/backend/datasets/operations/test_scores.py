"""Scores on another scale keep their order; high ones become pairs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.catalog.columns import ColumnType
from backend.problems import Invalid
from tests.backend.datasets.laws import law
from tests.backend.datasets.operations.tables import do, table

scores = st.lists(st.one_of(st.none(), st.floats(-7, 11)), min_size=1, max_size=20)
ends = st.sampled_from([(0.0, 1.0), (-1.0, 1.0), (0.1, 0.3)])


def scored(values, kind=ColumnType.NUMBER):
    return table({"text": ColumnType.TEXT, "score": kind}, [("x", value) for value in values])


@law
@given(scores, ends)
def test_scaled_scores_keep_order_and_gaps_and_lie_on_the_scale(values, to):
    made = do(scored(values), "scale_scores", column="score", **{"from": [-7, 11]}, to=to)
    scaled = made["score"].to_pylist()
    pairs = [(a, b) for a, b in zip(values, scaled, strict=True) if a is not None]
    assert [b is None for b in scaled] == [a is None for a in values]
    assert all(to[0] <= b <= to[1] for _, b in pairs)
    assert [b for _, b in sorted(pairs)] == sorted(b for _, b in pairs)
    share = [((a + 7) / 18, (b - to[0]) / (to[1] - to[0])) for a, b in pairs]
    assert all(one == pytest.approx(other, abs=1e-9) for one, other in share)


def test_whole_numbers_become_shares():
    made = do(
        scored([0, 2, 5], ColumnType.INTEGER), "scale_scores", column="score", **{"from": [0, 5]}
    )
    assert made["score"].to_pylist() == [0.0, 0.4, 1.0]


def test_scores_beyond_the_scale_are_refused_and_their_own_ends_offered():
    with pytest.raises(Invalid, match="runs from 0 to 5") as refusal:
        do(scored([0.0, 5.0]), "scale_scores", column="score", **{"from": [0, 1]})
    (fix,) = refusal.value.problems[0].fixes
    assert fix.patch[0]["value"] == [0.0, 5.0]


@pytest.mark.parametrize("ends", [[1, 0], [1, 1], [0, "inf"], [-1e308, 1e308]])
def test_a_scale_has_a_lower_and_an_upper_end(ends):
    with pytest.raises(Invalid):
        do(scored([0.5]), "scale_scores", column="score", **{"from": ends})


@law
@given(scores.filter(lambda values: any(v is not None and v >= 2 for v in values)))
def test_pairs_are_the_rows_with_a_high_score_without_it(values):
    made = do(scored(values), "scores_to_pairs", column="score", at_least=2)
    assert made.column_names == ["text"]
    assert len(made) == sum(v is not None and v >= 2 for v in values)
