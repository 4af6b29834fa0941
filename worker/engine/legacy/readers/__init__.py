"""Files of the data sets of that time, read into examples."""

from worker.engine.legacy.readers.label_sentence import LabelSentenceReader
from worker.engine.legacy.readers.nli import NLIDataReader
from worker.engine.legacy.readers.paired_files import PairedFilesReader
from worker.engine.legacy.readers.sts import STSBenchmarkDataReader, STSDataReader
from worker.engine.legacy.readers.triplet import TripletReader

__all__ = [
    "LabelSentenceReader",
    "NLIDataReader",
    "PairedFilesReader",
    "STSBenchmarkDataReader",
    "STSDataReader",
    "TripletReader",
]
