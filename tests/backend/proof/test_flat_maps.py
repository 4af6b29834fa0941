"""Maps: what must not change them, what they must be, and another way to the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.proof.flat_maps import flat_maps, turned


def cloud(count, width, seed):
    """Vectors that spread differently in each direction, so that a plane is the widest."""
    drawn = np.random.default_rng(seed)
    return drawn.standard_normal((count, width)) * np.linspace(3, 0.3, width)


def any_turn(width, seed):
    turn, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((width, width)))
    return turn


@given(seed=st.integers(0, 50), count=st.integers(5, 60), width=st.integers(3, 40))
def test_turning_the_base_vectors_leaves_the_base_map(seed, count, width):
    base, tuned = cloud(count, width, seed), cloud(count, 12, seed + 1)
    plain = flat_maps(base, tuned)
    other = flat_maps(base @ any_turn(width, seed), tuned)
    assert other.base == pytest.approx(plain.base, abs=1e-6)
    assert other.base_share == pytest.approx(plain.base_share)


@given(seed=st.integers(0, 50), width=st.integers(3, 40))
def test_turning_the_tuned_vectors_leaves_both_maps(seed, width):
    base, tuned = cloud(50, 12, seed), cloud(50, width, seed + 1)
    plain = flat_maps(base, tuned)
    other = flat_maps(base, tuned @ any_turn(width, seed))
    assert other.tuned == pytest.approx(plain.tuned, abs=1e-6)
    assert other.base == pytest.approx(plain.base, abs=1e-6)


def test_where_each_lies_adds_nothing():
    base, tuned = cloud(40, 12, 0), cloud(40, 12, 1)
    moved = flat_maps(base + 5, tuned - 3)
    assert moved.base == pytest.approx(flat_maps(base, tuned).base, abs=1e-6)
    assert moved.tuned.mean(axis=0) == pytest.approx([0, 0], abs=1e-9)


def test_no_plane_keeps_more_of_the_differences():
    """The share against the singular values, and against many planes drawn at random."""
    vectors = cloud(60, 12, 3)
    found = flat_maps(vectors, vectors)
    centred = vectors - vectors.mean(axis=0)
    squares = np.linalg.svd(centred, compute_uv=False) ** 2
    assert found.tuned_share == pytest.approx(squares[:2].sum() / squares.sum())
    assert (found.tuned**2).sum() == pytest.approx(squares[:2].sum())
    for seed in range(200):
        plane = any_turn(12, seed)[:, :2]
        assert ((centred @ plane) ** 2).sum() <= squares[:2].sum()


def test_the_same_vectors_have_the_same_map():
    vectors = cloud(60, 12, 3)
    found = flat_maps(vectors, vectors)
    assert found.base == pytest.approx(found.tuned, abs=1e-9)


@given(seed=st.integers(0, 30))
def test_no_other_turn_brings_a_map_nearer(seed):
    points, onto = cloud(30, 2, seed), cloud(30, 2, seed + 1)
    gap = ((turned(points, onto) - onto) ** 2).sum()
    for angle in np.linspace(0, 2 * np.pi, 90):
        c, s = np.cos(angle), np.sin(angle)
        for turn in (np.array([[c, -s], [s, c]]), np.array([[c, s], [s, -c]])):
            assert gap <= ((points @ turn - onto) ** 2).sum() + 1e-9


def test_a_turn_keeps_all_distances():
    points, onto = cloud(30, 2, 0), cloud(30, 2, 1)
    found = turned(points, onto)
    assert np.linalg.norm(found[3] - found[9]) == pytest.approx(
        np.linalg.norm(points[3] - points[9])
    )


@pytest.mark.parametrize(
    "vectors", [np.zeros((5, 4)), np.ones((3, 1)), np.arange(8.0).reshape(2, 4), np.ones((4, 2))]
)
def test_what_spans_no_plane_still_has_a_map(vectors):
    found = flat_maps(vectors, vectors)
    assert found.tuned.shape == (len(vectors), 2)
    assert np.isfinite(found.tuned).all()
    assert np.isfinite(found.base).all()
    assert 0 <= found.tuned_share <= 1 + 1e-12
