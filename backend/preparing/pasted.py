"""A table that was pasted as text: read by what it looks like, as a file without a name."""

import json

from backend.accounts.people import Person
from backend.datasets.incoming import workplace
from backend.datasets.service import Kept
from backend.preparing.imports import Home, read_here
from backend.problems import BadFile
from backend.studio import Studio

TITLE = "Pasted table"


def from_text(studio: Studio, who: Person, text: str, home: Home) -> Kept:
    """The version of a pasted table. Raises BadFile if it is none."""
    if not text.strip():
        raise BadFile("empty_file", "There is nothing to read", "Paste a table with its header.")
    with workplace(studio.settings) as folder:
        place = folder / "text"
        place.write_text(text, encoding="utf-8", newline="")
        named = Home(name=home.name or TITLE, dataset_id=home.dataset_id)
        return read_here(studio, who, [(place, f"pasted{_ending(text)}")], named)


def _ending(text: str) -> str:
    start = text.lstrip()
    if not start.startswith(("[", "{")):
        return ".tsv" if "\t" in start.partition("\n")[0] else ".csv"
    try:
        json.loads(start)
    except (ValueError, RecursionError):
        return ".jsonl"
    return ".json"
