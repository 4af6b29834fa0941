"""From datasets and settings to loaders: which rows, in which batches, for which process."""

import logging
from collections.abc import Callable
from typing import Any, TypeAlias

from datasets import Dataset, DatasetDict, IterableDataset
from torch.utils.data import BatchSampler, DataLoader
from transformers.trainer_utils import SaveStrategy

from backend.catalog.columns import LABEL_NAMES
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.data.columns import ColumnProblem
from worker.engine.data.loading import loader, on_device
from worker.engine.data.several import NamedDatasets
from worker.engine.samplers.choose import choose
from worker.engine.samplers.epoch_sampler import EpochSampler, is_pure
from worker.engine.samplers.names import BatchSamplers
from worker.engine.samplers.share import Share

log = logging.getLogger(__name__)

Data: TypeAlias = Dataset | DatasetDict | IterableDataset | dict[str, Dataset]
"""What a person may give: one dataset, or several by name."""

Rows: TypeAlias = Dataset | IterableDataset | NamedDatasets


def rows_of(data: Data | NamedDatasets) -> Rows:
    """Several datasets as one that knows the names. Raises ColumnProblem for several streams."""
    if not isinstance(data, dict):
        return data
    if streams := [name for name, rows in data.items() if isinstance(rows, IterableDataset)]:
        raise ColumnProblem(
            f"{' and '.join(streams)} is a stream; a stream must be the only dataset, since no one "
            "knows how many batches it has. Join them by datasets.interleave_datasets([…]), or "
            "load them as tables."
        )
    return NamedDatasets(data)


def label_names_of(collate: Any) -> list[str]:
    """The names that a label column can have, by the collator's own list if it has one."""
    return list(getattr(collate, "valid_label_columns", LABEL_NAMES))


def of_training(
    data: Data,
    batch_size: int,
    args: SentenceTransformerTrainingArguments,
    collate: Callable[[Any], Any],
) -> tuple[DataLoader[Any], EpochSampler | None]:
    """Batches to learn from, and the sampler that decides them (None for a stream)."""
    rows, drop_last = rows_of(data), args.dataloader_drop_last
    sampler = _sampler_over(rows, batch_size, args, collate, drop_last)
    if sampler is not None and args.save_strategy != SaveStrategy.NO:
        _ = sampler.order_sha256  # once, before the first batch: a sampler may draw as it goes
    return _batches(rows, sampler, batch_size, args, collate), sampler


def of_evaluation(
    data: Data | NamedDatasets | None,
    args: SentenceTransformerTrainingArguments,
    collate: Callable[[Any], Any],
) -> DataLoader[Any]:
    """The same batches at every evaluation, of all rows; none where there are only evaluators."""
    if data is None:
        return DataLoader([])  # type: ignore[arg-type]  # no rows is a list too
    rows, batch_size = rows_of(data), args.eval_batch_size
    sampler = _sampler_over(rows, batch_size, args, collate, False, in_turns=False)
    return _batches(rows, sampler, batch_size, args, collate)


def _sampler_over(
    rows: Rows,
    batch_size: int,
    args: SentenceTransformerTrainingArguments,
    collate: Callable[[Any], Any],
    drop_last: bool,
    *,
    in_turns: bool = True,
) -> EpochSampler | None:
    """This process's batches of `rows`; None for a stream, which comes in its own order."""
    if isinstance(rows, IterableDataset):
        if args.batch_sampler != BatchSamplers.BATCH_SAMPLER:
            log.warning(
                "batch_sampler=%s does nothing for a stream: its rows come in their own order.",
                args.batch_sampler,
            )
        return None
    together = args.world_size
    sampler = choose(
        rows, batch_size * together, args, label_names_of(collate), drop_last, in_turns=in_turns
    )
    if together == 1 and isinstance(sampler, EpochSampler) and is_pure(sampler):
        return sampler
    return Share(sampler, args.process_index, together)


def _batches(
    rows: Rows,
    sampler: BatchSampler | None,
    batch_size: int,
    args: SentenceTransformerTrainingArguments,
    collate: Callable[[Any], Any],
) -> DataLoader[Any]:
    """The batches of `sampler`, or those of a stream, on this process's device."""
    if sampler is None:
        cut = {"batch_size": batch_size, "drop_last": args.dataloader_drop_last}
        return on_device(loader(rows, args, collate, **cut), args, divided=False)
    return on_device(loader(rows, args, collate, batch_sampler=sampler), args, divided=True)
