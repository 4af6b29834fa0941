"""The samplers give the reference library's batches, or its guarantee where it gives up sooner."""

from bisect import bisect_right

import pytest
import torch
from accelerate import Accelerator
from accelerate.utils import DataLoaderConfiguration
from datasets import Dataset
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sentence_transformers.base import sampler as reference
from torch.utils.data import ConcatDataset, DataLoader, RandomSampler

from worker.engine import samplers
from worker.engine.data.several import NamedDatasets

EPOCHS = (0, 1, 3)
CASES = settings(max_examples=25, deadline=None)

few_texts = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=40
).map(
    lambda rows: Dataset.from_dict(
        {"a": [f"t{a}" for a, _ in rows], "b": [f"t{b}" for _, b in rows]}
    )
)
sizes = st.integers(1, 6)
seeds = st.integers(0, 99)


def of_epochs(sampler):
    found = []
    for epoch in EPOCHS:
        sampler.set_epoch(epoch)
        found.append(list(sampler))
    return found


@CASES
@given(dataset=few_texts, size=sizes, seed=seeds, hashed=st.booleans())
def test_no_duplicates_gives_the_batches_of_the_reference(dataset, size, seed, hashed):
    """NoDuplicatesBatchSampler, under both of its names."""
    options = {"batch_size": size, "drop_last": False, "seed": seed}
    mine = samplers.NoDuplicatesBatchSampler(dataset, **options, precompute_hashes=hashed)
    theirs = reference.NoDuplicatesBatchSampler(dataset, **options, generator=torch.Generator())
    expected = list(theirs)
    # The reference stops once it has as many rows as the dataset; ours are one pass over all.
    assert list(mine)[: len(expected)] == expected[: len(mine)]


@CASES
@given(rows=st.integers(1, 60), size=sizes, seed=seeds, drop_last=st.booleans())
def test_the_default_order_is_that_which_the_reference_trains_in(rows, size, seed, drop_last):
    """DefaultBatchSampler in epoch 0; accelerate's seedable sampler goes on from there."""
    dataset = Dataset.from_dict({"a": [str(i) for i in range(rows)]})
    mine = samplers.DefaultBatchSampler(dataset, size, drop_last, seed=seed)
    theirs = reference.DefaultBatchSampler(
        RandomSampler(dataset, generator=torch.Generator().manual_seed(seed)), size, drop_last
    )
    assert list(mine) == list(theirs)
    assert len(mine) == len(theirs)


def test_the_default_order_of_later_epochs_is_that_of_the_reference_s_loader():
    dataset = Dataset.from_dict({"a": [str(i) for i in range(23)]})
    theirs = reference.DefaultBatchSampler(
        RandomSampler(dataset, generator=torch.Generator()), 4, False
    )
    torch.manual_seed(7)
    settings_of_trainer = DataLoaderConfiguration(use_seedable_sampler=True)
    accelerator = Accelerator(cpu=True, dataloader_config=settings_of_trainer)
    loader = accelerator.prepare(DataLoader(dataset, batch_sampler=theirs))
    mine = samplers.DefaultBatchSampler(dataset, 4, False, seed=7)
    for epoch in range(3):
        loader.set_epoch(epoch)
        read = [[int(text) for text in batch["a"]] for batch in loader]
        assert list(mine.batches(epoch)) == read


@CASES
@given(
    labels=st.lists(st.integers(0, 5), min_size=4, max_size=60),
    pairs=st.integers(2, 5),
    seed=seeds,
    drop_last=st.booleans(),
)
def test_groups_by_label_are_those_of_the_reference(labels, pairs, seed, drop_last):
    """GroupByLabelBatchSampler in every epoch."""
    assume(sum(labels.count(label) >= 2 for label in set(labels)) >= 2)
    dataset = Dataset.from_dict({"a": [str(i) for i in range(len(labels))], "label": labels})
    options = {"batch_size": 2 * pairs, "drop_last": drop_last, "valid_label_columns": ["label"]}
    mine = samplers.GroupByLabelBatchSampler(dataset, **options, seed=seed)
    theirs = reference.GroupByLabelBatchSampler(
        dataset, **options, generator=torch.Generator(), seed=seed
    )
    assert of_epochs(mine) == of_epochs(theirs)
    assert len(mine) == len(theirs)


@pytest.mark.parametrize("name", ["RoundRobinBatchSampler", "ProportionalBatchSampler"])
@CASES
@given(
    lengths=st.lists(st.integers(1, 30), min_size=1, max_size=4),
    size=sizes,
    seed=seeds,
    drop_last=st.booleans(),
)
def test_several_datasets_take_the_turns_of_the_reference(name, lengths, size, seed, drop_last):
    """The same batches in every epoch, where the datasets draw from one generator."""
    data = {str(i): Dataset.from_dict({"a": ["t"] * n}) for i, n in enumerate(lengths)}
    generator = torch.Generator()
    theirs = getattr(reference, name)(
        ConcatDataset(data.values()),
        [
            reference.DefaultBatchSampler(RandomSampler(d, generator=generator), size, drop_last)
            for d in data.values()
        ],
        generator,
        seed,
    )
    mine = getattr(samplers, name)(
        NamedDatasets(data),
        [samplers.DefaultBatchSampler(d, size, drop_last, seed=seed) for d in data.values()],
        seed=seed,
    )
    for found, expected in zip(of_epochs(mine), of_epochs(theirs), strict=True):
        owners = [bisect_right(mine.dataset.cumulative_sizes, batch[0]) for batch in found]
        # The reference draws a permutation more, for nothing, where a dataset ends. So the rows are
        # the same if all begin before one ends, and the turns always.
        begin = max((owners.index(owner) for owner in set(owners)), default=0)
        end = min((len(owners) - owners[::-1].index(owner) for owner in set(owners)), default=1)
        assert owners == [bisect_right(mine.dataset.cumulative_sizes, b[0]) for b in expected]
        assert found == expected or begin >= end
    assert len(mine) == len(theirs)


@pytest.mark.parametrize("name", ["BatchSamplers", "MultiDatasetBatchSamplers"])
def test_the_names_are_those_of_the_reference(name):
    mine, theirs = getattr(samplers, name), getattr(reference, name)
    assert {m.name: m.value for m in mine} == {m.name: m.value for m in theirs}


def test_a_sampler_written_for_the_reference_gives_the_same_here():
    def own(base):
        class Own(base):
            """Short rows first, as its author wrote it for the reference's DefaultBatchSampler."""

            def __init__(self, dataset, batch_size, drop_last, *args, **kwargs):
                super().__init__(dataset, batch_size, drop_last, *args, **kwargs)
                self.lengths = [len(text) for text in dataset["a"]]

            def __iter__(self):
                self.generator.manual_seed(self.seed + self.epoch)
                first = int(torch.randint(2, (1,), generator=self.generator))
                order = sorted(range(len(self.lengths)), key=self.lengths.__getitem__)[first:]
                yield from (
                    order[i : i + self.batch_size] for i in range(0, len(order), self.batch_size)
                )

        return Own

    dataset = Dataset.from_dict({"a": ["long text", "a", "middle", "to"]})
    options = {"batch_size": 2, "drop_last": False, "seed": 5, "generator": torch.Generator()}
    mine = own(samplers.DefaultBatchSampler)(dataset, **options)
    assert of_epochs(mine) == of_epochs(own(reference.DefaultBatchSampler)(dataset, **options))


def test_the_base_of_samplers_over_several_is_inherited_from_alike():
    class Backwards(samplers.MultiDatasetDefaultBatchSampler):
        """As an author would write it for the reference's MultiDatasetDefaultBatchSampler."""

        def __iter__(self):
            for place in reversed(range(len(self.batch_samplers))):
                for batch in self.batch_samplers[place]:
                    yield [row + 10 * place for row in batch]

        def __len__(self):
            return sum(len(sampler) for sampler in self.batch_samplers)

    data = {name: Dataset.from_dict({"a": ["t"] * 10}) for name in "xy"}
    children = [samplers.DefaultBatchSampler(d, 5, False) for d in data.values()]
    sampler = Backwards(NamedDatasets(data), children)
    sampler.set_epoch(2)
    assert [min(batch) // 10 for batch in sampler] == [1, 1, 0, 0]
    assert children[0].epoch == 2
