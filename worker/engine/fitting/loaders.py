"""DataLoaders of examples as datasets of columns, with what they say about batches."""

import logging
from collections.abc import Iterable
from typing import Any

from datasets import Dataset
from torch.utils.data import DataLoader

from worker.engine.legacy import InputExample, NoDuplicatesDataLoader, SentenceLabelDataset
from worker.engine.samplers import BatchSamplers

log = logging.getLogger(__name__)

DEFAULT_BATCH_SIZE = 8


def columns_of(loader: Iterable[Any]) -> Dataset:
    """The examples in the loader's order: sentence_0, sentence_1 …, and label unless all are 0.

    Raises ValueError for examples of different numbers of texts.
    """
    loader.collate_fn = list  # type: ignore[attr-defined]  # examples as they are, not tensors
    examples: list[InputExample] = [example for batch in loader for example in batch]
    counts = sorted({len(example.texts or ()) for example in examples})
    if len(counts) > 1:
        raise ValueError(f"Examples have {counts} texts; all of one loader need as many.")
    texts = zip(*(example.texts or () for example in examples), strict=True)
    columns: dict[str, Any] = {f"sentence_{n}": list(column) for n, column in enumerate(texts)}
    labels = [example.label for example in examples]
    if not all(isinstance(label, (int, float)) and label == 0 for label in labels):
        columns["label"] = labels
    return Dataset.from_dict(columns)


def batch_size_of(loader: Any) -> int:
    """How many examples a batch has. A sampler of one's own groups rows as `fit` can't."""
    size = getattr(loader, "batch_size", DEFAULT_BATCH_SIZE)
    if size is None:
        log.warning(
            "fit makes batches of its own and not those of your batch_sampler; old_fit does."
        )
        size = getattr(loader.batch_sampler, "batch_size", None)
    return size or DEFAULT_BATCH_SIZE


def batch_sampler_of(loaders: Iterable[Any]) -> BatchSamplers:
    """The sampler of today that does what the last special loader of that time did."""
    chosen = BatchSamplers.BATCH_SAMPLER
    for loader in loaders:
        if isinstance(loader, NoDuplicatesDataLoader):
            chosen = BatchSamplers.NO_DUPLICATES
        elif isinstance(loader, DataLoader) and isinstance(loader.dataset, SentenceLabelDataset):
            chosen = BatchSamplers.GROUP_BY_LABEL
    return chosen
