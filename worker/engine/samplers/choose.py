"""The sampler that training arguments ask for."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from datasets import Dataset
from torch.utils.data import BatchSampler

from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.data.several import NamedDatasets
from worker.engine.samplers.default import DefaultBatchSampler
from worker.engine.samplers.group_by_label import GroupByLabelBatchSampler
from worker.engine.samplers.names import BatchSamplers, MultiDatasetBatchSamplers
from worker.engine.samplers.no_duplicates import NoDuplicatesBatchSampler
from worker.engine.samplers.several import ProportionalBatchSampler, RoundRobinBatchSampler

_BATCHES: dict[Any, Callable[..., BatchSampler]] = {
    BatchSamplers.BATCH_SAMPLER: DefaultBatchSampler,
    BatchSamplers.NO_DUPLICATES: NoDuplicatesBatchSampler,
    BatchSamplers.NO_DUPLICATES_HASHED: NoDuplicatesBatchSampler,
    BatchSamplers.GROUP_BY_LABEL: GroupByLabelBatchSampler,
}
_TURNS: dict[Any, Callable[..., BatchSampler]] = {
    MultiDatasetBatchSamplers.ROUND_ROBIN: RoundRobinBatchSampler,
    MultiDatasetBatchSamplers.PROPORTIONAL: ProportionalBatchSampler,
}


def choose(
    dataset: Dataset | NamedDatasets,
    batch_size: int,
    args: SentenceTransformerTrainingArguments,
    label_names: Sequence[str],
    drop_last: bool,
    *,
    in_turns: bool = True,
) -> BatchSampler:
    """The sampler of `args` over one dataset or several.

    In place of a name `args` may hold a class or a function that takes the same arguments, or, of
    several datasets, one of these for each by its name.
    Unless `in_turns`, one dataset with a name has the batches that it has without.
    Raises ValueError where no batch of this size can be filled.
    """
    seed = args.seed if args.data_seed is None else args.data_seed

    def over(rows: Any, wanted: Any) -> BatchSampler:
        made: BatchSampler = _made(_BATCHES, wanted)(
            rows,
            batch_size=batch_size,
            drop_last=drop_last,
            valid_label_columns=list(label_names),
            generator=torch.Generator().manual_seed(seed),
            seed=seed,
        )
        return made

    if not isinstance(dataset, NamedDatasets):
        sampler = over(dataset, args.batch_sampler)
    else:
        samplers = [
            over(rows, _of_dataset(args.batch_sampler, name))
            for name, rows in zip(dataset.names, dataset.datasets, strict=True)
        ]
        sampler = samplers[0]
        if in_turns or len(samplers) > 1:
            sampler = _made(_TURNS, args.multi_dataset_batch_sampler)(
                dataset,
                batch_samplers=samplers,
                generator=torch.Generator().manual_seed(seed),
                seed=seed,
            )
    if len(sampler) == 0:
        raise ValueError(
            f"Not one batch of {batch_size} rows can be made of {len(dataset)} rows with "
            f"batch_sampler={args.batch_sampler!s} and dataloader_drop_last={drop_last}. "
            "Lower the batch size, or give more rows."
        )
    return sampler


def _of_dataset(wanted: Any, name: str) -> Any:
    if not isinstance(wanted, dict):
        return wanted
    if name not in wanted:
        raise ValueError(
            f"batch_sampler has nothing for the dataset {name!r}; it has {', '.join(wanted)}. "
            "Add a sampler of that name."
        )
    return wanted[name]


def _made(known: dict[Any, Callable[..., BatchSampler]], wanted: Any) -> Callable[..., Any]:
    kind: Callable[..., Any] = known.get(wanted, wanted)
    return kind
