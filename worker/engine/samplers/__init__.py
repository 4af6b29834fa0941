"""The ways to put rows into batches. A row of the catalogue describes each."""

from worker.engine.samplers.default import DefaultBatchSampler
from worker.engine.samplers.epoch_sampler import EpochSampler
from worker.engine.samplers.group_by_label import GroupByLabelBatchSampler
from worker.engine.samplers.names import BatchSamplers, MultiDatasetBatchSamplers
from worker.engine.samplers.no_duplicates import NoDuplicatesBatchSampler
from worker.engine.samplers.several import (
    MultiDatasetDefaultBatchSampler,
    ProportionalBatchSampler,
    RoundRobinBatchSampler,
)
from worker.engine.samplers.share import Share
from worker.engine.samplers.weighted import WeightedBatchSampler

__all__ = [
    "BatchSamplers",
    "DefaultBatchSampler",
    "EpochSampler",
    "GroupByLabelBatchSampler",
    "MultiDatasetBatchSamplers",
    "MultiDatasetDefaultBatchSampler",
    "NoDuplicatesBatchSampler",
    "ProportionalBatchSampler",
    "RoundRobinBatchSampler",
    "Share",
    "WeightedBatchSampler",
]
