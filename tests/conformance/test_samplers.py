"""The samplers give the reference library's batches, or its guarantee where it gives up sooner."""

import torch
from datasets import Dataset
from hypothesis import given, settings
from hypothesis import strategies as st
from sentence_transformers.base import sampler as reference
from torch.utils.data import RandomSampler

from worker.engine.samplers import DefaultBatchSampler, NoDuplicatesBatchSampler

few_texts = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=40
).map(
    lambda rows: Dataset.from_dict(
        {"a": [f"t{a}" for a, _ in rows], "b": [f"t{b}" for _, b in rows]}
    )
)


@settings(max_examples=60, deadline=None)
@given(dataset=few_texts, size=st.integers(1, 6), seed=st.integers(0, 99))
def test_no_duplicates_gives_the_batches_of_the_reference(dataset, size, seed):
    mine = NoDuplicatesBatchSampler(dataset, size, seed=seed)
    theirs = reference.NoDuplicatesBatchSampler(
        dataset, size, drop_last=False, generator=torch.Generator(), seed=seed
    )
    expected = list(theirs)
    # The reference stops once it has as many rows as the dataset; ours are one pass over all.
    assert list(mine)[: len(expected)] == expected[: len(mine)]


def test_the_default_order_is_that_of_a_seeded_random_sampler():
    dataset = Dataset.from_dict({"a": [str(i) for i in range(23)]})
    mine = DefaultBatchSampler(dataset, 4, seed=7)
    theirs = RandomSampler(dataset, generator=torch.Generator().manual_seed(7))
    assert [row for batch in mine for row in batch] == list(theirs)
