"""Laws of the samplers: what a batch never holds, and what an epoch always does."""

import itertools
from collections import Counter

import numpy as np
import pytest
from datasets import Dataset
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch.utils.data import SequentialSampler

from backend.catalog.samplers import MULTI_DATASET_SAMPLERS, SAMPLERS
from worker.engine.data.several import NamedDatasets
from worker.engine.samplers import (
    BatchSamplers,
    DefaultBatchSampler,
    GroupByLabelBatchSampler,
    MultiDatasetBatchSamplers,
    MultiDatasetDefaultBatchSampler,
    NoDuplicatesBatchSampler,
    ProportionalBatchSampler,
    RoundRobinBatchSampler,
    Share,
)
from worker.engine.samplers.columns import codes
from worker.engine.samplers.epoch_sampler import batches_of
from worker.engine.samplers.no_duplicates import Waiting

texts = st.integers(0, 12).map("t{}".format)
tables = st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=50).map(
    lambda rows: Dataset.from_dict(
        {name: list(column) for name, column in zip("abc", zip(*rows, strict=True), strict=True)}
    )
)
sizes = st.integers(1, 7)
seeds = st.integers(0, 50)
epochs = st.integers(0, 5)
both = pytest.mark.parametrize("kind", [DefaultBatchSampler, NoDuplicatesBatchSampler])
LAWS = settings(max_examples=25, deadline=None)


@LAWS
@given(table=tables, size=sizes, seed=seeds, epoch=epochs, drop_last=st.booleans())
def test_no_text_stands_twice_in_a_batch(table, size, seed, epoch, drop_last):
    sampler = NoDuplicatesBatchSampler(table, size, drop_last, seed=seed)
    for batch in sampler.batches(epoch):
        rows = [{table[row][name] for name in "abc"} for row in batch]
        assert all(not one & other for one, other in itertools.combinations(rows, 2))
        assert 1 <= len(batch) <= size


@LAWS
@given(table=tables, size=sizes, seed=seeds)
def test_the_first_epoch_has_every_row_once(table, size, seed):
    sampler = NoDuplicatesBatchSampler(table, size, False, seed=seed)
    rows = [row for batch in sampler.batches(0) for row in batch]
    assert sorted(rows) == list(range(len(table)))


@LAWS
@given(table=tables, size=sizes, seed=seeds, epoch=epochs, drop_last=st.booleans())
def test_every_epoch_is_as_long_as_was_said(table, size, seed, epoch, drop_last):
    sampler = NoDuplicatesBatchSampler(table, size, drop_last, seed=seed)
    assert len(list(sampler.batches(epoch))) == len(sampler)


@both
@LAWS
@given(table=tables, size=sizes, seed=seeds, epoch=epochs, data=st.data())
def test_an_epoch_can_be_entered_at_any_batch(kind, table, size, seed, epoch, data):
    whole = list(kind(table, size, False, seed=seed).batches(epoch))
    start = data.draw(st.integers(0, len(whole)))
    assert list(kind(table, size, False, seed=seed).batches(epoch, start)) == whole[start:]


@both
def test_set_epoch_changes_the_order_and_only_that(kind):
    table = Dataset.from_dict({"a": [f"t{i}" for i in range(30)]})
    sampler = kind(table, 4, False, seed=3)
    first = list(sampler)
    sampler.set_epoch(1)
    second = list(sampler)
    assert first != second
    assert sorted(itertools.chain(*first)) == sorted(itertools.chain(*second))
    assert sampler.order_sha256 == kind(table, 4, False, seed=3).order_sha256
    assert sampler.order_sha256 != kind(table, 4, False, seed=4).order_sha256


@both
def test_rows_without_duplicates_fill_every_batch(kind):
    table = Dataset.from_dict(
        {"a": [f"a{i}" for i in range(30)], "b": [f"b{i}" for i in range(30)]}
    )
    assert [len(batch) for batch in kind(table, 8, False)] == [8, 8, 8, 6]
    assert [len(batch) for batch in kind(table, 8, True)] == [8, 8, 8]


def test_equal_labels_are_no_duplicates():
    table = Dataset.from_dict({"a": [f"a{i}" for i in range(8)], "label": ["same"] * 8})
    assert len(NoDuplicatesBatchSampler(table, 4, False, ["label"])) == 2


def test_one_text_in_every_row_costs_no_more_looks_than_rows(monkeypatch):
    rows = 4000
    table = Dataset.from_dict({"a": ["same"] * rows, "b": [f"b{i}" for i in range(rows)]})
    looks = 0
    first = Waiting._next

    def counted(self):
        nonlocal looks
        looks += 1
        return first(self)

    monkeypatch.setattr(Waiting, "_next", counted)
    assert len(NoDuplicatesBatchSampler(table, 16, False)) == rows
    assert looks <= 3 * rows


labelled = st.lists(st.integers(0, 5), min_size=4, max_size=60).map(
    lambda labels: Dataset.from_dict({"a": [f"t{i}" for i in range(len(labels))], "label": labels})
)


@LAWS
@given(table=labelled, pairs=st.integers(2, 5), seed=seeds, epoch=epochs, drop_last=st.booleans())
def test_every_batch_by_label_has_two_classes_with_two_rows_each(
    table, pairs, seed, epoch, drop_last
):
    enough = [count for count in Counter(table["label"]).values() if count >= 2]
    assume(len(enough) >= 2)
    sampler = GroupByLabelBatchSampler(table, 2 * pairs, drop_last, ["label"], seed=seed)
    found = list(sampler.batches(epoch))
    assert len(found) == len(sampler)
    rows = list(itertools.chain(*found))
    assert len(rows) == len(set(rows))
    for batch in found:
        counts = Counter(table["label"][row] for row in batch)
        assert len(counts) >= 2
        assert min(counts.values()) >= 2
        assert len(batch) == 2 * pairs or (not drop_last and batch is found[-1])


@LAWS
@given(table=labelled, seed=seeds, epoch=epochs, data=st.data())
def test_an_epoch_by_label_can_be_entered_at_any_batch(table, seed, epoch, data):
    assume(sum(count >= 2 for count in Counter(table["label"]).values()) >= 2)
    whole = list(GroupByLabelBatchSampler(table, 4, False, ["label"], seed=seed).batches(epoch))
    start = data.draw(st.integers(0, len(whole)))
    again = GroupByLabelBatchSampler(table, 4, False, ["label"], seed=seed)
    assert list(again.batches(epoch, start)) == whole[start:]


@pytest.mark.parametrize(
    ("size", "labels", "words"),
    [
        (5, [0, 0, 1, 1], "even and at least 4, and is 5"),
        (2, [0, 0, 1, 1], "even and at least 4, and is 2"),
        (4, [0, 0, 1], "needs two classes with two rows or more; this dataset has 1"),
    ],
)
def test_what_cannot_be_grouped_is_told(size, labels, words):
    table = Dataset.from_dict({"a": ["t"] * len(labels), "label": labels})
    with pytest.raises(ValueError, match=words):
        GroupByLabelBatchSampler(table, size, False, ["label"])


def test_a_table_without_a_label_cannot_be_grouped():
    with pytest.raises(ValueError, match="needs a label column"):
        GroupByLabelBatchSampler(Dataset.from_dict({"a": ["t"] * 4}), 4, False, ["label"])


several = st.lists(st.integers(1, 30), min_size=1, max_size=4)
kinds = pytest.mark.parametrize("kind", [RoundRobinBatchSampler, ProportionalBatchSampler])


def together(kind, lengths, size=4, seed=0, drop_last=False):
    data = NamedDatasets(
        {
            str(place): Dataset.from_dict({"a": [f"{place}-{i}" for i in range(length)]})
            for place, length in enumerate(lengths)
        }
    )
    children = [DefaultBatchSampler(d, size, drop_last, seed=seed) for d in data.datasets]
    return data, kind(data, children, seed=seed)


@kinds
@LAWS
@given(lengths=several, size=sizes, seed=seeds, epoch=epochs)
def test_no_batch_mixes_two_datasets(kind, lengths, size, seed, epoch):
    data, sampler = together(kind, lengths, size, seed)
    found = list(sampler.batches(epoch))
    assert len(found) == len(sampler)
    assert all(len({row["dataset_name"] for row in data.__getitems__(b)}) == 1 for b in found)


@LAWS
@given(lengths=several, size=sizes, seed=seeds, epoch=epochs)
def test_proportional_uses_every_row_once(lengths, size, seed, epoch):
    _, sampler = together(ProportionalBatchSampler, lengths, size, seed)
    rows = itertools.chain(*sampler.batches(epoch))
    assert sorted(rows) == list(range(sum(lengths)))


@LAWS
@given(lengths=several, size=sizes, seed=seeds, epoch=epochs)
def test_round_robin_takes_as_much_of_each(lengths, size, seed, epoch):
    data, sampler = together(RoundRobinBatchSampler, lengths, size, seed)
    names = [data[batch[0]]["dataset_name"] for batch in sampler.batches(epoch)]
    turns = min(-(-length // size) for length in lengths)
    assert names == data.names * turns


@kinds
@LAWS
@given(lengths=several, size=sizes, seed=seeds, epoch=epochs, data=st.data())
def test_an_epoch_of_several_can_be_entered_at_any_batch(kind, lengths, size, seed, epoch, data):
    _, sampler = together(kind, lengths, size, seed)
    whole = list(sampler.batches(epoch))
    start = data.draw(st.integers(0, len(whole)))
    assert list(together(kind, lengths, size, seed)[1].batches(epoch, start)) == whole[start:]


def test_every_sampler_has_its_row_and_every_row_its_sampler():
    assert list(SAMPLERS) == list(BatchSamplers)
    assert set(MULTI_DATASET_SAMPLERS) == set(MultiDatasetBatchSamplers)


def test_several_datasets_need_as_many_samplers():
    data, sampler = together(RoundRobinBatchSampler, [4, 4])
    with pytest.raises(ValueError, match="2 datasets need as many samplers, not 1"):
        MultiDatasetDefaultBatchSampler(data, sampler.batch_samplers[:1])


@LAWS
@given(rows=st.integers(1, 40), size=sizes, processes=st.integers(1, 4), drop_last=st.booleans())
def test_processes_share_each_batch_in_its_order(rows, size, processes, drop_last):
    table = Dataset.from_dict({"a": [f"t{i}" for i in range(rows)]})
    whole = DefaultBatchSampler(table, size * processes, drop_last, seed=3)
    shares = [list(Share(whole, rank, processes)) for rank in range(processes)]
    for batch, *parts in zip(whole, *shares, strict=True):
        joined = list(itertools.chain(*parts))
        assert joined[: len(batch)] == batch
        assert set(joined) == set(batch)
        assert len({len(part) for part in parts}) == 1


def test_the_order_of_a_torch_sampler_is_kept():
    table = Dataset.from_dict({"a": [f"t{i}" for i in range(5)]})
    assert list(DefaultBatchSampler(SequentialSampler(table), 2, False)) == [[0, 1], [2, 3], [4]]


def test_a_sampler_of_ones_own_is_entered_anywhere_though_it_knows_only_iteration():
    class Own(DefaultBatchSampler):
        def __iter__(self):
            first = int(np.random.default_rng(self.seed + self.epoch).integers(5))
            yield from ([first + i] for i in range(4))

        def __len__(self):
            return 4

    sampler = Own(Dataset.from_dict({"a": ["t"] * 9}), 1, False, seed=1)
    whole = list(batches_of(sampler, 2))
    assert list(batches_of(sampler, 2, 3)) == whole[3:]
    assert list(batches_of(sampler, 0)) != whole


def test_equal_values_have_equal_codes_in_whatever_column_and_type():
    table = Dataset.from_dict({"a": ["7", "x"], "b": [7, 8], "c": [None, [1, 2]]})
    found = codes(table, ["a", "b", "c"])
    assert found[0, 0] == found[0, 1]
    assert len(set(found.ravel().tolist())) == 5


def test_codes_follow_the_order_of_the_rows_and_heed_transforms():
    table = Dataset.from_dict({"a": ["x", "y", "x", "z"]})
    assert codes(table.select([2, 1, 0]), ["a"]).ravel().tolist() == [0, 1, 0]
    upper = table.with_transform(lambda rows: {"a": ["same"] * len(rows["a"])})
    assert set(codes(upper, ["a"]).ravel().tolist()) == {0}
