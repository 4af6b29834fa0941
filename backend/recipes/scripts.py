"""In which letters texts are written: enough to tell that two columns can't be of one language."""

import unicodedata
from collections import Counter
from collections.abc import Iterable

_HAN = {"CJK": "Chinese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}


def script_of(texts: Iterable[str]) -> str | None:
    """The script of most letters, as Unicode names it; None without a letter."""
    letters = Counter(_script(c) for text in texts for c in text if c.isalpha())
    if letters["Japanese"]:
        return "Japanese"  # its texts hold Chinese characters, too
    return letters.most_common(1)[0][0] if letters else None


def _script(letter: str) -> str:
    first = unicodedata.name(letter, "UNKNOWN").split()[0]
    return _HAN.get(first, first.capitalize())
