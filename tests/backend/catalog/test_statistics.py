"""How items become a metric: the same figures as SciPy and scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score

from backend.catalog.rows import Statistic
from backend.catalog.statistics import STATISTICS, metric_of

few_values = st.integers(0, 5).map(float)  # few, so that there are ties


@settings(deadline=None)  # the first call of SciPy's takes its time
@given(arrays(float, st.tuples(st.integers(3, 40), st.just(2)), elements=few_values))
def test_spearman_is_scipys(pairs):
    if len(set(pairs[:, 0])) > 1 and len(set(pairs[:, 1])) > 1:
        expected = spearmanr(pairs[:, 0], pairs[:, 1]).statistic
        assert metric_of(Statistic.SPEARMAN, pairs) == pytest.approx(expected, abs=1e-12)
    else:
        assert metric_of(Statistic.SPEARMAN, pairs) == 0


@settings(deadline=None)
@given(st.lists(st.tuples(few_values, st.integers(0, 1)), min_size=2, max_size=60))
def test_average_precision_is_scikit_learns(pairs):
    scores, labels = np.array(pairs, dtype=float).T
    expected = average_precision_score(labels, scores) if labels.any() else 0.0
    assert metric_of(Statistic.AVERAGE_PRECISION, np.array(pairs, dtype=float)) == pytest.approx(
        expected, abs=1e-12
    )


@settings(deadline=None)
@given(
    st.sampled_from([Statistic.SPEARMAN, Statistic.AVERAGE_PRECISION]),
    st.lists(st.tuples(few_values, st.integers(0, 1)), min_size=2, max_size=30),
    st.integers(0, 1_000),
)
def test_a_sample_told_by_counts_is_the_sample_itself(statistic, pairs, seed):
    items = np.array(pairs, dtype=float)
    drawn = np.random.default_rng(seed).integers(0, len(items), (4, len(items)))
    counts = np.stack([np.bincount(draw, minlength=len(items)) for draw in drawn])
    told = STATISTICS[statistic](items, counts)
    assert told == pytest.approx([metric_of(statistic, items[draw]) for draw in drawn], abs=1e-9)
