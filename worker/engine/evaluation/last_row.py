"""What becomes known of an evaluation after its row was written."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def append_to_last_row(csv_path: str | Path, additional_data: Iterable[Any]) -> bool:
    """Add cells to the last row of a CSV file; False if there is none below the header."""
    with open(csv_path, newline="", encoding="utf-8") as file:
        rows: list[list[Any]] = list(csv.reader(file))
    if len(rows) < 2:
        return False
    rows[-1].extend(additional_data)
    with open(csv_path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return True
