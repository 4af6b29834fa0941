"""Premise, hypothesis and what follows: SNLI and MultiNLI in three gzipped files."""

import gzip
from pathlib import Path

from worker.engine.legacy.input_example import InputExample
from worker.engine.legacy.readers.opening import at_most

LABELS = {"contradiction": 0, "entailment": 1, "neutral": 2}


class NLIDataReader:
    """The folder holds s1.…, s2.… and labels.…, each gzipped, one text or label a line."""

    def __init__(self, dataset_folder: str | Path) -> None:
        self.dataset_folder = dataset_folder

    def get_examples(self, filename: str, max_examples: int = 0) -> list[InputExample]:
        """One example a line of the three files named after `filename` ("train.gz")."""
        paths = [Path(self.dataset_folder, f"{part}.{filename}") for part in ("s1", "s2", "labels")]
        with (
            gzip.open(paths[0], "rt", encoding="utf-8") as ones,
            gzip.open(paths[1], "rt", encoding="utf-8") as others,
            gzip.open(paths[2], "rt", encoding="utf-8") as labels,
        ):
            rows = at_most(zip(ones, others, labels, strict=False), max_examples)
            return [
                InputExample(f"{filename}-{number}", [one, other], self.map_label(label))
                for number, (one, other, label) in enumerate(rows)
            ]

    @staticmethod
    def get_labels() -> dict[str, int]:
        return dict(LABELS)

    def get_num_labels(self) -> int:
        return len(LABELS)

    def map_label(self, label: str) -> int:
        """The number of a label, in any case. Raises KeyError for another word."""
        return LABELS[label.strip().lower()]
