"""The samplers by the names that training arguments use."""

from enum import StrEnum


class BatchSamplers(StrEnum):
    """How the rows of one dataset become batches. The catalogue says when to choose which."""

    BATCH_SAMPLER = "batch_sampler"
    NO_DUPLICATES = "no_duplicates"


class MultiDatasetBatchSamplers(StrEnum):
    """How the batches of several datasets take turns."""

    ROUND_ROBIN = "round_robin"
    PROPORTIONAL = "proportional"
