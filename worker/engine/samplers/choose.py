"""The sampler that training arguments ask for."""

from datasets import Dataset

from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.data.columns import split
from worker.engine.samplers.default import DefaultBatchSampler
from worker.engine.samplers.epoch_sampler import EpochSampler
from worker.engine.samplers.names import BatchSamplers
from worker.engine.samplers.no_duplicates import NoDuplicatesBatchSampler


def choose(
    dataset: Dataset, batch_size: int, args: SentenceTransformerTrainingArguments
) -> EpochSampler:
    """The sampler of `args.batch_sampler` over the rows of `dataset`."""
    drop_last = args.dataloader_drop_last
    seed = args.seed if args.data_seed is None else args.data_seed
    match BatchSamplers(args.batch_sampler):
        case BatchSamplers.BATCH_SAMPLER:
            return DefaultBatchSampler(dataset, batch_size, drop_last, seed)
        case BatchSamplers.NO_DUPLICATES:
            label = split(dataset.column_names).label
            labels = [label] if label else []
            return NoDuplicatesBatchSampler(dataset, batch_size, drop_last, labels, seed)
