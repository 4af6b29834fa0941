"""The samplers by the names that training arguments use. The catalogue says when to choose which."""

from enum import StrEnum


class BatchSamplers(StrEnum):
    """How the rows of one dataset become batches."""

    BATCH_SAMPLER = "batch_sampler"
    NO_DUPLICATES = "no_duplicates"
    NO_DUPLICATES_HASHED = "no_duplicates_hashed"
    GROUP_BY_LABEL = "group_by_label"


class MultiDatasetBatchSamplers(StrEnum):
    """How the batches of several datasets take turns."""

    ROUND_ROBIN = "round_robin"
    PROPORTIONAL = "proportional"
