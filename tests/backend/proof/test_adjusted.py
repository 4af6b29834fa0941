"""Several verdicts on the same items are right at once, and what they could show is what they show."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, t

from backend.catalog.evaluators import EVALUATORS
from backend.catalog.rows import Statistic
from backend.datasets.groups import by_value
from backend.proof import holm
from backend.proof.bootstrap import compare
from backend.proof.examples import better_and_worse
from backend.proof.groups import by_length, grouped
from backend.proof.kept import Kept, read, write
from backend.proof.one_error import plainest
from backend.proof.power import detectable, more_needed, power
from backend.proof.schemas import Tails, Word
from backend.proof.verdict import judge, tail_of, told

RETRIEVAL = EVALUATORS["InformationRetrievalEvaluator"]
MEAN = Statistic.MEAN


def a_comparison(seed: int, count: int = 200, gain: float = 0.03):
    random = np.random.default_rng(seed)
    before = random.uniform(0, 1, count)
    return before, before + random.normal(gain, 0.2, count)


@given(st.lists(st.sampled_from([0.0001, 0.004, 0.011, 0.02, 0.03, 0.2]), min_size=1, max_size=5))
def test_what_passes_is_what_the_closed_test_passes(p_values):
    """Holm is the closure of Bonferroni: one passes if every set of all that holds it does."""
    passed = [
        p <= holm.ALPHA / share for p, share in zip(p_values, holm.shares(p_values), strict=True)
    ]
    places = range(len(p_values))
    for place in places:
        sets = [
            chosen
            for size in range(1, len(p_values) + 1)
            for chosen in combinations(places, size)
            if place in chosen
        ]
        closed = all(
            min(p_values[i] for i in chosen) <= holm.ALPHA / len(chosen) for chosen in sets
        )
        assert passed[place] == closed


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1_000), st.sampled_from([1, 2, 5, 20]))
def test_the_p_value_is_the_level_whose_interval_begins_at_zero(seed, share):
    found = compare(MEAN, *a_comparison(seed))
    low, high = found.interval(holm.ALPHA / share)
    outside = low > 0 or high < 0
    a_draw = 2 / len(found.drawn)  # the interval lies between two draws, the p-value counts them
    if found.p_value != pytest.approx(holm.ALPHA / share, rel=0.1, abs=a_draw):
        assert outside == (found.p_value < holm.ALPHA / share)


def test_the_interval_of_few_items_is_the_t_intervals_width():
    before, after = a_comparison(3, count=25, gain=0.0)
    low, high = compare(MEAN, before, after).interval()
    gains = after - before
    wide = 2 * t.ppf(0.975, 24) * gains.std(ddof=1) / 5
    assert high - low == pytest.approx(wide, rel=0.06)


def test_the_more_models_were_judged_the_wider_is_the_interval():
    before, after = a_comparison(5)
    found = compare(MEAN, before, after)
    verdict = judge(RETRIEVAL, "cosine_ndcg@10", before, after)
    tails = Tails(whole=tail_of(found))
    widths = []
    for others in ([], [0.9], [0.9] * 7, [0.9] * 40):
        now = told(verdict, tails, others)
        assert now.models_judged == 1 + len(others)
        low, high = now.ci95
        assert low < now.difference < high
        widths.append(high - low)
    assert widths == sorted(set(widths))
    wanted = norm.ppf(1 - 0.025 / 41) / norm.ppf(0.975)
    assert widths[3] / widths[0] == pytest.approx(wanted, rel=0.1)


def test_a_difference_that_one_model_showed_is_not_told_of_the_fortieth():
    before, after = a_comparison(8, gain=0.04)
    verdict = judge(RETRIEVAL, "cosine_ndcg@10", before, after)
    assert verdict.word is Word.BETTER
    now = told(verdict, Tails(whole=tail_of(compare(MEAN, before, after))), [0.5] * 39)
    assert now.word is Word.UNSURE
    assert now.more_needed is not None
    assert now.sentence.startswith("Can't tell yet")


def test_a_difference_is_found_as_often_as_was_announced():
    random = np.random.default_rng(11)
    error = 0.2 / np.sqrt(200)
    announced = power(0.035, error)
    found = 0
    for _ in range(300):
        before = random.uniform(0, 1, 200)
        low, _ = compare(MEAN, before, before + random.normal(0.035, 0.2, 200)).interval()
        found += low > 0
    assert found / 300 == pytest.approx(announced, abs=0.1)
    assert power(detectable(error), error) == pytest.approx(0.8)


@given(st.floats(0.001, 0.02), st.integers(50, 500))
def test_with_so_many_more_it_would_be_found_four_times_in_five(difference, count):
    error = 0.25 / np.sqrt(count)
    more = more_needed(difference, error, count)
    if more is not None and more > 1:
        assert power(difference, 0.25 / np.sqrt(count + more)) >= 0.8 - 1e-9


def test_a_planted_loss_in_one_group_is_told_of_that_group_alone():
    random = np.random.default_rng(13)
    before = random.uniform(0, 1, 300)
    topics = ["refunds" if n % 3 == 0 else "cards" for n in range(300)]
    change = np.array([-0.15 if topic == "refunds" else 0.1 for topic in topics])
    after = before + change + random.normal(0, 0.1, 300)
    tails = Tails(
        whole=tail_of(compare(MEAN, before, after)),
        groups=grouped(RETRIEVAL, before, after, {"topic": topics}),
    )
    verdict = told(judge(RETRIEVAL, "cosine_ndcg@10", before, after), tails, [])
    told_of = {group.group: group.word for group in verdict.groups}
    assert told_of == {"refunds": Word.WORSE, "cards": Word.BETTER}
    assert [group.queries for group in verdict.groups] == [200, 100]


def test_few_values_are_groups_and_many_or_one_are_none():
    assert by_value(["a", "b", None]) == ["a", "b", ""]
    assert by_value(["a", "a"]) == []
    assert by_value(list(range(20))) == []
    assert by_length(["one", "one two three"]) == ["at most 2 words", "more than 2 words"]
    assert by_length(["one two", "three four"]) == []


@pytest.mark.parametrize("statistic", list(Statistic))
def test_examples_are_the_items_whose_change_moves_the_metric(statistic):
    """An item that is put right gains, one that is put wrong loses, and the rest stays."""
    true = np.linspace(0, 1, 10) if statistic is Statistic.SPEARMAN else np.arange(10) % 2
    if statistic is Statistic.MEAN:
        base, tuned = np.full(10, 0.5), np.full(10, 0.5)
        tuned[2], tuned[7] = 1.0, 0.0
        right, wrong = 2, 7
    else:
        scores = true * 1.0 + np.arange(10) * 1e-3
        broken, mended = scores.copy(), scores.copy()
        broken[3], mended[8] = -true[3], 2 - 3 * true[8]
        base, tuned = (np.stack([column, true], axis=1) for column in (broken, mended))
        right, wrong = 3, None
    kept = Kept(
        part="prove",
        part_hash="x",
        evaluator="any",
        metric="any",
        texts=[str(n) for n in range(10)],
        wanted=[""] * 10,
        base=base,
        tuned=tuned,
        found_base=[[]] * 10,
        found_tuned=[[]] * 10,
    )
    better, worse = better_and_worse(kept, statistic, 3)
    assert better[0].text == str(right)
    assert all(each.gain > 0 for each in better)
    assert all(each.gain < 0 for each in worse)
    if wrong is not None:
        assert worse[0].text == str(wrong)


def test_what_is_kept_comes_back(tmp_path):
    kept = Kept(
        part="choose",
        part_hash="abc",
        evaluator="EmbeddingSimilarityEvaluator",
        metric="spearman_cosine",
        texts=["a ⟷ b", "c ⟷ d"],
        wanted=["1", "0.5"],
        base=np.array([[0.1, 1.0], [0.3, 0.5]]),
        tuned=np.array([[0.2, 1.0], [0.4, 0.5]]),
        found_base=[[], []],
        found_tuned=[[], []],
        groups={"topic": ["x", "y"]},
    )
    write(tmp_path, kept)
    found = read(tmp_path, "choose")
    assert found is not None
    assert (found.base == kept.base).all()
    assert (found.tuned == kept.tuned).all()
    plain = ("part", "part_hash", "evaluator", "metric", "texts", "wanted", "found_base", "groups")
    assert all(getattr(found, name) == getattr(kept, name) for name in plain)
    assert read(tmp_path, "prove") is None


def test_of_candidates_as_good_the_first_is_taken_and_a_worse_one_never():
    random = np.random.default_rng(17)
    best = random.uniform(0.4, 0.9, 300)
    nearly = best - random.normal(0.0, 0.02, 300)
    much_worse = best - 0.2
    assert plainest(MEAN, [much_worse, nearly, best]) == 1
    assert plainest(MEAN, [much_worse, best]) == 1
    assert plainest(MEAN, [best, best]) == 0
