"""Texts as sets of letters in threes, and how alike two are.

A text's words, in small letters and without punctuation, are cut into their runs of three letters,
a space before and after each: `a cat` is { " a ", " ca", "cat", "at " }. So the order of the words
makes no difference, a slip of a letter little, and another word much.
"""

import re
import zlib
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from datasketch import MinHash

from backend.datasets.split import normal

NEAR = 0.7
"""Texts are near duplicates from this Jaccard index of their shingles on."""

PERMUTATIONS = 64
_BASE = MinHash(num_perm=PERMUTATIONS, seed=1, scheme="affine32")
_WORD = re.compile(r"\w+")
_NO_WORD = frozenset({"   "})

Shingles = frozenset[str]
Values = npt.NDArray[np.uint32]


def words_of(text: str) -> list[str]:
    return _WORD.findall(normal(text))


@lru_cache(maxsize=8)  # a row's texts, for the same reason
def shingles(text: str) -> Shingles:
    """What has no word is alike to what has none."""
    return frozenset().union(*map(_of_word, words_of(text))) or _NO_WORD


def alikeness(one: Shingles, other: Shingles) -> float:
    """The Jaccard index: from 0, nothing shared, to 1, all."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)


@lru_cache(maxsize=1)  # a row is looked for, and then often added
def signature(texts: tuple[str, ...]) -> MinHash:
    """The MinHash of all texts of a row together; a shingle of another column is another one.

    The least hash over a union is the least of its parts' least: each word is hashed once.
    """
    parts = [
        _values_of_word(column, word)
        for column, text in enumerate(texts)
        for word in set(words_of(text))
    ]
    return _minhash(np.minimum.reduce(parts) if parts else _values_of_word(0, ""))


@lru_cache(maxsize=200_000)
def _of_word(word: str) -> Shingles:
    padded = f" {word} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


@lru_cache(maxsize=100_000)
def _values_of_word(column: int, word: str) -> Values:
    hashed = _minhash()
    hashed.update_batch([f"{column}{shingle}".encode() for shingle in _of_word(word)])
    values: Values = hashed.hashvalues
    return values


def _minhash(values: Values | None = None) -> MinHash:
    return MinHash(
        hashvalues=values,
        num_perm=PERMUTATIONS,
        seed=1,
        hashfunc=zlib.crc32,
        permutations=_BASE.permutations,
        scheme="affine32",
    )
