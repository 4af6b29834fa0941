"""What a file's name says of its rows: for training, for choosing a model, or for the proof."""

import re
from pathlib import PurePath

_PARTS = {
    "train": "train",
    "training": "train",
    "dev": "choose",
    "val": "choose",
    "valid": "choose",
    "validation": "choose",
    "choose": "choose",
    "test": "prove",
    "prove": "prove",
}
_WORD = re.compile(r"[^\W\d_]+")


def part_of(file_name: str) -> str | None:
    """`stsb-en-dev.csv`: choose. None where the name says nothing, or several things."""
    words = _WORD.findall(PurePath(file_name).name.lower())
    parts = {_PARTS[word] for word in words if word in _PARTS}
    return parts.pop() if len(parts) == 1 else None
