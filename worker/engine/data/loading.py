"""The loaders that feed batches to a training or an evaluation."""

from collections.abc import Callable
from typing import Any

import torch
from accelerate.data_loader import prepare_data_loader
from torch.utils.data import DataLoader

from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.data.regroup import Batches


def loader(
    dataset: Any,
    args: SentenceTransformerTrainingArguments,
    collate: Callable[[Any], Any],
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
        collate_fn=Batches(collate),
        num_workers=workers,
        pin_memory=args.dataloader_pin_memory,
        persistent_workers=args.dataloader_persistent_workers,
        prefetch_factor=args.dataloader_prefetch_factor if workers else None,
        generator=torch.Generator().manual_seed(args.seed),
    )


def on_device(
    unprepared: DataLoader[Any],
    args: SentenceTransformerTrainingArguments,
    *,
    divided: bool,
) -> DataLoader[Any]:
    """The loader with its batches on this process's device.

    Where several processes take part, each gets batches of its own; with `divided` the loader
    gives a process's own already. What is not divided is filled up, so that all take as many steps.
    """
    prepared: DataLoader[Any] = prepare_data_loader(
        unprepared,
        device=args.device,
        num_processes=1 if divided else args.world_size,
        process_index=0 if divided else args.process_index,
        put_on_device=True,
        dispatch_batches=False,  # texts and names can't be sent from process to process
        non_blocking=args.dataloader_pin_memory,
    )
    return prepared
