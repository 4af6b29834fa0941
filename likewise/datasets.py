"""Datasets and loaders of scripts from before 3.0."""

from worker.engine.data.denoising import DenoisingAutoEncoderDataset
from worker.engine.legacy import (
    NoDuplicatesDataLoader,
    ParallelSentencesDataset,
    SentenceLabelDataset,
    SentencesDataset,
)

__all__ = [
    "DenoisingAutoEncoderDataset",
    "NoDuplicatesDataLoader",
    "ParallelSentencesDataset",
    "SentenceLabelDataset",
    "SentencesDataset",
]
