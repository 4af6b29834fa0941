"""How training data was held before 3.0, for scripts of that time: examples, read from files."""

from worker.engine.legacy.input_example import InputExample
from worker.engine.legacy.no_duplicates import NoDuplicatesDataLoader
from worker.engine.legacy.parallel_sentences import ParallelSentencesDataset
from worker.engine.legacy.sentence_labels import SentenceLabelDataset
from worker.engine.legacy.sentences import SentencesDataset

__all__ = [
    "InputExample",
    "NoDuplicatesDataLoader",
    "ParallelSentencesDataset",
    "SentenceLabelDataset",
    "SentencesDataset",
]
