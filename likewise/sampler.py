"""The samplers."""

from worker.engine.samplers import DefaultBatchSampler, NoDuplicatesBatchSampler

__all__ = ["DefaultBatchSampler", "NoDuplicatesBatchSampler"]
