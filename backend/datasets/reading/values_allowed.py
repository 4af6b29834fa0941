"""How much the values of one file may take in all: a few bytes of Parquet can claim any number."""

from dataclasses import dataclass

from backend.datasets.reading.arrow_batch import ArrowBatch
from backend.problems import BadFile


@dataclass
class ValuesAllowed:
    most_bytes: int
    taken: int = 0

    def take(self, batch: ArrowBatch) -> None:
        """Count these rows in. A row counts for a byte even where it holds nothing.

        Raises BadFile, naming the row, where it is more than allowed.
        """
        self.taken += batch.size_bytes + batch.rows
        if self.taken > self.most_bytes:
            raise BadFile(
                "unpacked_too_large",
                "This file holds too much",
                f"From {batch.place(0).lower()} on its values take more than "
                f"{self.most_bytes / 1e6:,.0f} MB. Split it, or send a sample.",
            )
