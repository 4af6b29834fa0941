"""The ways to put rows into batches. A row of the catalogue describes each."""

from worker.engine.samplers.base import EpochSampler
from worker.engine.samplers.default import DefaultBatchSampler
from worker.engine.samplers.names import BatchSamplers, MultiDatasetBatchSamplers
from worker.engine.samplers.no_duplicates import NoDuplicatesBatchSampler

SAMPLERS: dict[BatchSamplers, type[DefaultBatchSampler] | type[NoDuplicatesBatchSampler]] = {
    BatchSamplers.BATCH_SAMPLER: DefaultBatchSampler,
    BatchSamplers.NO_DUPLICATES: NoDuplicatesBatchSampler,
}

__all__ = [
    "SAMPLERS",
    "BatchSamplers",
    "DefaultBatchSampler",
    "EpochSampler",
    "MultiDatasetBatchSamplers",
    "NoDuplicatesBatchSampler",
]
