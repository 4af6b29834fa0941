"""Which rows say nearly the same as an earlier one, exactly: no pair is missed, none is guessed.

Alike is the Jaccard index of the two texts' words: shared words over all words. Two texts as alike
as t share a word among the rarest few of each, so only rows that do are compared.
Source: Bayardo, Ma and Srikant 2007, "Scaling up all pairs similarity search", doi
10.1145/1242572.1242591.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from backend.datasets.split import normal

_WORD = re.compile(r"\w+")
_NO_WORD = ""
_ROUNDING = 1e-9  # 0.56 · 25 is a hair above 14

Words = frozenset[str]


def words_of(text: str | None) -> Words:
    """The words of a text; what has none is alike to what has none."""
    return frozenset(_WORD.findall(normal(text or ""))) or frozenset({_NO_WORD})


def alikeness(one: Words, other: Words) -> float:
    """From 0, no word in common, to 1, the same words."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)


def repeats(columns: Sequence[Sequence[Words]], threshold: float) -> Iterator[int]:
    """The rows that are, in every column, as alike as `threshold` or more to an earlier row that
    is no repeat itself. Ascending; of those left no two are so alike.

    It is fastest where the first column is the one whose words differ most.
    """
    first = columns[0]
    rarity = Counter(word for words in first for word in words)
    kept_with: dict[str, list[int]] = defaultdict(list)
    for row, words in enumerate(first):
        rarest = sorted(words, key=lambda word: (rarity[word], word))
        shared = math.ceil(threshold * len(words) - _ROUNDING)  # at least, with one so alike
        prefix = rarest[: len(words) - shared + 1]
        near = {other for word in prefix for other in kept_with[word]}
        if any(
            all(alikeness(own[row], own[other]) >= threshold for own in columns) for other in near
        ):
            yield row
        else:
            for word in prefix:
                kept_with[word].append(row)
