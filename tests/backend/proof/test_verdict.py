"""The verdict is true to the figures, and calibrated."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap

from backend.catalog.evaluators import EVALUATORS
from backend.proof.schemas import Word
from backend.proof.verdict import judge

RETRIEVAL = EVALUATORS["InformationRetrievalEvaluator"]
METRIC = "cosine_ndcg@10"


def test_the_interval_is_scipys_paired_percentile_interval():
    random = np.random.default_rng(1)
    before = random.uniform(0, 1, 200)
    after = np.clip(before + random.normal(0.03, 0.2, 200), 0, 1)
    ours = judge(RETRIEVAL, METRIC, before, after).ci95
    theirs = bootstrap(
        (after - before,), np.mean, method="percentile", n_resamples=20_000, rng=2
    ).confidence_interval
    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.002)


@pytest.mark.slow
def test_models_whose_true_difference_is_zero_are_called_better_in_at_most_5_percent():
    random = np.random.default_rng(3)
    words = [judge(RETRIEVAL, METRIC, *random.normal(0.6, 0.3, (2, 60))).word for _ in range(120)]
    assert words.count(Word.BETTER) <= 0.05 * len(words)
    assert words.count(Word.UNSURE) >= 0.85 * len(words)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1_000))
def test_base_and_tuned_swapped_turn_the_verdict_round(seed):
    random = np.random.default_rng(seed)
    one, other = random.uniform(0, 1, (2, 40))
    there, back = judge(RETRIEVAL, METRIC, one, other), judge(RETRIEVAL, METRIC, other, one)
    assert there.difference == -back.difference
    assert there.ci95 == pytest.approx((-back.ci95[1], -back.ci95[0]), abs=0.005)


def test_the_same_model_is_no_different():
    items = np.linspace(0, 1, 50)
    verdict = judge(RETRIEVAL, METRIC, items, items)
    assert verdict.word is Word.UNSURE
    assert verdict.difference == 0
    assert verdict.more_needed is None
    assert verdict.sentence.startswith("No different")


def test_an_unsure_verdict_says_how_many_more_would_settle_it():
    random = np.random.default_rng(5)
    before = random.uniform(0, 1, 100)
    change = random.normal(0, 0.3, 100)
    after = before + change - change.mean() + 0.03
    verdict = judge(RETRIEVAL, METRIC, before, after)
    needed = ((1.96 + 0.84) * change.std() / 0.03) ** 2 - 100
    assert verdict.word is Word.UNSURE
    assert verdict.more_needed == pytest.approx(needed, rel=0.15)
    assert f"about {verdict.more_needed:,} more would settle it" in verdict.sentence


def test_a_worse_model_is_called_worse():
    before = np.full(30, 0.8) + np.linspace(0, 0.1, 30)
    verdict = judge(RETRIEVAL, METRIC, before, before - 0.2)
    assert verdict.word is Word.WORSE
    assert verdict.sentence.startswith("Worse. 0.850 → 0.650 on 30 questions")


@pytest.mark.parametrize(("before", "after"), [(3, 4), (1, 1), (0, 0)])
def test_what_is_not_paired_is_refused(before, after):
    with pytest.raises(ValueError, match="needs pairs"):
        judge(RETRIEVAL, METRIC, np.zeros(before), np.zeros(after))
