"""The loader that feeds batches to a training."""

from collections.abc import Callable
from typing import Any

import torch
from datasets import Dataset
from torch.utils.data import DataLoader

from worker.engine.arguments import SentenceTransformerTrainingArguments


def loader(
    dataset: Dataset,
    args: SentenceTransformerTrainingArguments,
    collate: Callable[[Any], dict[str, Any]],
    **batching: Any,
) -> DataLoader[Any]:
    """Batches of `dataset`, collated in as many processes as `args` say.

    It draws from a random generator of its own. Else starting one would move the generator of
    dropout, and a resumed run, which starts other loaders, would drop other neurons.
    """
    workers = args.dataloader_num_workers
    return DataLoader(
        dataset,
        **batching,
        collate_fn=collate,
        num_workers=workers,
        pin_memory=args.dataloader_pin_memory,
        persistent_workers=args.dataloader_persistent_workers,
        prefetch_factor=args.dataloader_prefetch_factor if workers else None,
        generator=torch.Generator().manual_seed(args.seed),
    )
