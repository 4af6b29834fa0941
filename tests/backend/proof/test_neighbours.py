"""Nearest neighbours, against all of them put into order; and what follows from their definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.proof import neighbours


def unit(count, width, seed):
    vectors = np.random.default_rng(seed).standard_normal((count, width)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def all_in_order(vectors, place):
    """Every other text, the most alike first, by plain sorting."""
    others = [other for other in range(len(vectors)) if other != place]
    return sorted(others, key=lambda other: (-float(vectors[place] @ vectors[other]), other))


@given(count=st.integers(3, 40), seed=st.integers(0, 99))
def test_they_are_the_first_of_all_in_order(count, seed):
    base, tuned = unit(count, 16, seed), unit(count, 8, seed + 1)
    found = neighbours.compare(base, tuned, most=5)
    for place in range(count):
        before, after = all_in_order(base, place), all_in_order(tuned, place)
        assert list(found.base[place]) == before[: found.count]
        assert list(found.tuned[place]) == after[: found.count]
        both = set(before[: found.count]) & set(after[: found.count])
        assert found.stayed[place] == len(both)
        assert found.was_place[place] == before.index(after[0]) + 1


def test_chunks_change_nothing(monkeypatch):
    base, tuned = unit(300, 16, 0), unit(300, 16, 1)
    whole = neighbours.compare(base, tuned)
    monkeypatch.setattr(neighbours, "AT_ONCE", 7)
    in_parts = neighbours.compare(base, tuned)
    for name in ("base", "tuned", "stayed", "was_place"):
        assert np.array_equal(getattr(whole, name), getattr(in_parts, name))


def test_the_same_vectors_have_the_same_neighbours():
    vectors = unit(50, 16, 0)
    found = neighbours.compare(vectors, vectors)
    assert set(found.stayed) == {neighbours.NEIGHBOURS}
    assert found.most_changed(10) == []


def test_those_that_changed_most_come_first():
    found = neighbours.compare(unit(80, 16, 0), unit(80, 16, 1))
    order = found.most_changed(80)
    assert [found.stayed[place] for place in order] == sorted(found.stayed)
    least = [place for place in order if found.stayed[place] == found.stayed.min()]
    assert list(found.was_place[least]) == sorted(found.was_place[least], reverse=True)


@pytest.mark.parametrize("count", [2, 3])
def test_few_texts_have_few_neighbours(count):
    found = neighbours.compare(unit(count, 4, 0), unit(count, 4, 1))
    assert found.base.shape == (count, count - 1)
    assert set(found.stayed) == {count - 1}
