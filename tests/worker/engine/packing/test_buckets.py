"""The cuts that pad least, compared with every cut there is."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.engine.packing.buckets import cut


def cost(lengths, starts, fixed):
    ends = [*starts[1:], len(lengths)]
    return sum(lengths[a] * (b - a) + fixed for a, b in zip(starts, ends, strict=True))


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=9).map(lambda n: sorted(n, reverse=True)),
    st.integers(1, 4),
    st.sampled_from([0, 7, 300]),
)
def test_no_other_cut_costs_less(lengths, most, fixed):
    cuts = cut(lengths, most, fixed)
    assert [n for each in cuts for n in lengths[each]] == lengths
    assert len(cuts) <= most
    every = ([0, *inner] for k in range(most) for inner in combinations(range(1, len(lengths)), k))
    found = cost(lengths, [each.start for each in cuts], fixed)
    assert found == min(cost(lengths, starts, fixed) for starts in every)


@pytest.mark.parametrize("texts", [1, 3_000])
def test_very_many_lengths_are_cut_in_order(texts):
    lengths = list(range(8_000, 8_000 - texts, -1))
    cuts = cut(lengths)
    assert cuts[0].start == 0
    assert cuts[-1].stop == texts
    assert all(a.stop == b.start for a, b in pairwise(cuts))
