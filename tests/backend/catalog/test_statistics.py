"""How items become a metric: the same figures as SciPy and scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score

from backend.catalog.statistics import average_precision, spearman

few_values = st.integers(0, 5).map(float)  # few, so that there are ties


@settings(deadline=None)  # the first call of SciPy's takes its time
@given(arrays(float, st.tuples(st.integers(3, 40), st.just(2)), elements=few_values))
def test_spearman_is_scipys(pairs):
    if len(set(pairs[:, 0])) > 1 and len(set(pairs[:, 1])) > 1:
        expected = spearmanr(pairs[:, 0], pairs[:, 1]).statistic
        assert spearman(pairs) == pytest.approx(expected, abs=1e-12)
    else:
        assert spearman(pairs) == 0


@settings(deadline=None)
@given(st.lists(st.tuples(few_values, st.integers(0, 1)), min_size=2, max_size=60))
def test_average_precision_is_scikit_learns(pairs):
    scores, labels = np.array(pairs, dtype=float).T
    expected = average_precision_score(labels, scores) if labels.any() else 0.0
    assert average_precision(np.array(pairs, dtype=float)) == pytest.approx(expected, abs=1e-12)
