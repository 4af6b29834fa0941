"""The CSV file of an evaluator: a line an evaluation."""

import csv
import logging
from collections.abc import Mapping
from pathlib import Path

log = logging.getLogger(__name__)


def append_line(path: Path, line: Mapping[str, float]) -> None:
    """Add `line` to the CSV file `path`, which starts with a line of headings."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.is_file()
    if not is_new and _headings(path) != list(line):
        log.warning(
            "%s has other headings than the line that is added to it: another similarity function "
            "was measured. Give the evaluators different names to keep them apart.",
            path.name,
        )
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, line)
        if is_new:
            writer.writeheader()
        writer.writerow(line)


def _headings(path: Path) -> list[str]:
    with path.open(newline="", encoding="utf-8") as file:
        return next(csv.reader(file), [])
