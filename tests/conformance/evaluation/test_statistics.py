"""The statistics beneath the evaluators equal scikit-learn's, for scores with and without ties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, ndcg_score

from worker.engine.evaluation.linear_probe import macro_f1
from worker.engine.evaluation.logistic import Logistic
from worker.engine.evaluation.ties import ndcg

SCORES = st.lists(
    st.tuples(st.sampled_from([-1.0, 0.0, 0.25, 1.0]) | st.floats(-1, 1), st.booleans()),
    min_size=2,
    max_size=30,
)


@settings(max_examples=25, deadline=None)
@given(SCORES, st.integers(1, 40))
def test_ndcg_of_equal_scores_is_scikit_learn_s(pairs, k):
    scores, gains = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    expected = ndcg_score([gains], [scores], k=k)
    assert ndcg(scores, gains, k) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 5), st.integers(0, 1000), st.sampled_from([0.1, 1.0, 10.0]))
def test_the_logistic_regression_is_scikit_learn_s(count, seed, c):
    generator = np.random.default_rng(seed)
    centres = generator.normal(size=(count, 6))
    classes = np.arange(60) % count
    rows = centres[classes] + generator.normal(size=(60, 6))
    found = Logistic.fitted(rows, classes, count, c)
    if count == 2:  # theirs has one vector, ours two that are opposite: half its squared length
        expected = LogisticRegression(C=2 * c, tol=1e-9, max_iter=5000).fit(rows, classes)
        weights, bias = (expected.coef_[0], expected.intercept_[0])
        assert np.diff(found.weights_FK, axis=1)[:, 0] == pytest.approx(weights, abs=2e-3, rel=1e-3)
        assert np.diff(found.bias_K)[0] == pytest.approx(bias, abs=2e-3, rel=1e-3)
    else:
        expected = LogisticRegression(C=c, tol=1e-9, max_iter=5000).fit(rows, classes)
        assert pytest.approx(expected.coef_, abs=2e-3, rel=1e-3) == found.weights_FK.T
    assert (found.predict(rows) == expected.predict(rows)).all()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abcd")), min_size=1))
def test_macro_f1_is_scikit_learn_s(pairs):
    guesses, labels = zip(*pairs, strict=True)
    expected = f1_score(labels, guesses, average="macro", zero_division=0)
    assert macro_f1(guesses, labels) == pytest.approx(expected)
