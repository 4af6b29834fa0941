"""Datasets that come by their weights: how often, which rows, and the same after a break."""

from collections import Counter
from itertools import islice

import pytest
from torch.utils.data import ConcatDataset

from worker.engine.samplers import (
    DefaultBatchSampler,
    ProportionalBatchSampler,
    WeightedBatchSampler,
)

SIZES = (80, 40, 12)


def sampler(kind, **more):
    rows = [list(range(size)) for size in SIZES]
    samplers = [DefaultBatchSampler(each, 4, False, seed=7) for each in rows]
    return kind(ConcatDataset(rows), samplers, seed=7, **more)


def owner(batch):
    return next(n for n, end in enumerate((80, 120, 132)) if batch[0] < end)


def owners(batches):
    return Counter(map(owner, batches))


@pytest.mark.parametrize("weight", [1.0, 5.0])
def test_with_equal_weights_every_row_comes_once_in_the_usual_turns(weight):
    batches = list(sampler(WeightedBatchSampler, weights=[weight] * 3).batches(2))
    assert sorted(row for batch in batches for row in batch) == list(range(sum(SIZES)))
    assert [owner(batch) for batch in batches] == [
        owner(batch) for batch in sampler(ProportionalBatchSampler).batches(2)
    ]


def test_shares_are_batches_times_weight():
    weighted = sampler(WeightedBatchSampler, weights=[1.0, 2.0, 10.0])
    batches = list(weighted.batches(0))
    assert len(batches) == len(weighted)
    assert abs(len(batches) - 33) <= 1  # as many as without weights
    assert owners(batches) == {0: 9, 1: 9, 2: 14}  # 20·1 : 10·2 : 3·10, of 33


def test_rows_come_again_only_when_all_have_come():
    weighted = sampler(WeightedBatchSampler, weights=[1.0, 1.0, 20.0])
    small = [row for batch in weighted.batches(0) for row in batch if row >= 120]
    passes = [small[n : n + 12] for n in range(0, len(small) - 11, 12)]
    assert len(passes) > 2
    assert all(sorted(one) == list(range(120, 132)) for one in passes)
    assert passes[0] != passes[1]


def test_a_dataset_of_small_weight_shows_other_rows_in_every_epoch():
    weighted = sampler(WeightedBatchSampler, weights=[1.0, 1.0, 0.01])
    shown = [{row for b in weighted.batches(e) for row in b if row >= 120} for e in range(20)]
    assert all(len(rows) == 4 for rows in shown)
    assert len(set().union(*shown)) == 12


@pytest.mark.parametrize("start", [1, 9, 20, 32])
def test_a_resumed_epoch_goes_on_exactly(start):
    weighted = sampler(WeightedBatchSampler, weights=[0.3, 2.0, 9.0])
    whole = list(weighted.batches(3))
    assert list(weighted.batches(3, start)) == list(islice(whole, start, None))
