"""Pairs of texts with a score of how alike they are."""

import csv
from pathlib import Path

from worker.engine.legacy.input_example import InputExample
from worker.engine.legacy.readers.opening import at_most, opened


class STSDataReader:
    """Files in `dataset_folder` with two texts and a score a line, in these columns.

    `normalize_scores` brings `min_score` … `max_score` to 0 … 1.
    """

    def __init__(
        self,
        dataset_folder: str | Path,
        s1_col_idx: int = 0,
        s2_col_idx: int = 1,
        score_col_idx: int = 2,
        delimiter: str = "\t",
        quoting: int = csv.QUOTE_NONE,
        normalize_scores: bool = True,
        min_score: float = 0,
        max_score: float = 5,
    ) -> None:
        self.dataset_folder = dataset_folder
        self.s1_col_idx = s1_col_idx
        self.s2_col_idx = s2_col_idx
        self.score_col_idx = score_col_idx
        self.delimiter = delimiter
        self.quoting = quoting
        self.normalize_scores = normalize_scores
        self.min_score = min_score
        self.max_score = max_score

    def get_examples(self, filename: str, max_examples: int = 0) -> list[InputExample]:
        """One example a line of `filename`, gzipped or not."""
        with opened(Path(self.dataset_folder, filename)) as file:
            rows = csv.reader(file, delimiter=self.delimiter, quoting=self.quoting)  # type: ignore[arg-type]  # an int of csv's
            return [
                InputExample(
                    f"{filename}{number}",
                    [row[self.s1_col_idx], row[self.s2_col_idx]],
                    self._score(row[self.score_col_idx]),
                )
                for number, row in enumerate(at_most(rows, max_examples))
            ]

    def _score(self, cell: str) -> float:
        if not self.normalize_scores:
            return float(cell)
        return (float(cell) - self.min_score) / (self.max_score - self.min_score)


class STSBenchmarkDataReader(STSDataReader):
    """The STS benchmark's own columns: score in the fifth, texts in the sixth and seventh."""

    def __init__(
        self,
        dataset_folder: str | Path,
        s1_col_idx: int = 5,
        s2_col_idx: int = 6,
        score_col_idx: int = 4,
        delimiter: str = "\t",
        quoting: int = csv.QUOTE_NONE,
        normalize_scores: bool = True,
        min_score: float = 0,
        max_score: float = 5,
    ) -> None:
        super().__init__(
            dataset_folder,
            s1_col_idx,
            s2_col_idx,
            score_col_idx,
            delimiter,
            quoting,
            normalize_scores,
            min_score,
            max_score,
        )
