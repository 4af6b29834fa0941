"""Anchor, positive and negative on a line."""

import csv
from pathlib import Path

from worker.engine.legacy.input_example import InputExample
from worker.engine.legacy.readers.opening import at_most, opened


class TripletReader:
    """Files in `dataset_folder` with three texts a line, in these columns."""

    def __init__(
        self,
        dataset_folder: str | Path,
        s1_col_idx: int = 0,
        s2_col_idx: int = 1,
        s3_col_idx: int = 2,
        has_header: bool = False,
        delimiter: str = "\t",
        quoting: int = csv.QUOTE_NONE,
    ) -> None:
        self.dataset_folder = dataset_folder
        self.columns = (s1_col_idx, s2_col_idx, s3_col_idx)
        self.has_header = has_header
        self.delimiter = delimiter
        self.quoting = quoting

    def get_examples(self, filename: str, max_examples: int = 0) -> list[InputExample]:
        """One example a line, the header left out if there is one."""
        with opened(Path(self.dataset_folder, filename)) as file:
            rows = csv.reader(file, delimiter=self.delimiter, quoting=self.quoting)  # type: ignore[arg-type]  # an int of csv's
            if self.has_header:
                next(rows)
            return [
                InputExample(texts=[row[column] for column in self.columns])
                for row in at_most(rows, max_examples)
            ]
