"""The ways to put rows into batches. A row of the catalogue describes each."""

from worker.engine.samplers.default import DefaultBatchSampler
from worker.engine.samplers.epoch_sampler import EpochSampler
from worker.engine.samplers.names import BatchSamplers, MultiDatasetBatchSamplers
from worker.engine.samplers.no_duplicates import NoDuplicatesBatchSampler

__all__ = [
    "BatchSamplers",
    "DefaultBatchSampler",
    "EpochSampler",
    "MultiDatasetBatchSamplers",
    "NoDuplicatesBatchSampler",
]
