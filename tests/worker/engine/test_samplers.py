"""Laws of the samplers: what a batch never holds, and what an epoch always does."""

import itertools

import pytest
from datasets import Dataset
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.engine.samplers import DefaultBatchSampler, NoDuplicatesBatchSampler
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
LAWS = settings(max_examples=60, deadline=None)


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
    sampler = NoDuplicatesBatchSampler(table, size, seed=seed)
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
    whole = list(kind(table, size, seed=seed).batches(epoch))
    start = data.draw(st.integers(0, len(whole)))
    assert list(kind(table, size, seed=seed).batches(epoch, start)) == whole[start:]


@both
def test_set_epoch_changes_the_order_and_only_that(kind):
    table = Dataset.from_dict({"a": [f"t{i}" for i in range(30)]})
    sampler = kind(table, 4, seed=3)
    first = list(sampler)
    sampler.set_epoch(1)
    second = list(sampler)
    assert first != second
    assert sorted(itertools.chain(*first)) == sorted(itertools.chain(*second))
    assert sampler.order_sha256(0) == kind(table, 4, seed=3).order_sha256(0)
    assert sampler.order_sha256(0) != sampler.order_sha256(1)


@both
def test_rows_without_duplicates_fill_every_batch(kind):
    table = Dataset.from_dict(
        {"a": [f"a{i}" for i in range(30)], "b": [f"b{i}" for i in range(30)]}
    )
    assert [len(batch) for batch in kind(table, 8)] == [8, 8, 8, 6]
    assert [len(batch) for batch in kind(table, 8, True)] == [8, 8, 8]


def test_equal_labels_are_no_duplicates():
    table = Dataset.from_dict({"a": [f"a{i}" for i in range(8)], "label": ["same"] * 8})
    assert len(NoDuplicatesBatchSampler(table, 4, valid_label_columns=["label"])) == 2


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
    assert len(NoDuplicatesBatchSampler(table, 16)) == rows
    assert looks <= 3 * rows
