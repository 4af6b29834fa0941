"""Words, and phrases of several words that the vocabulary knows as one."""

import string
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from worker.engine.model.modules.stop_words import ENGLISH_STOP_WORDS
from worker.engine.model.modules.word_tokenizer import VocabularyTokenizer


class PhraseTokenizer(VocabularyTokenizer):
    """Splits as NLTK does, and joins words to the longest phrases of the vocabulary (New_York).

    Phrases of up to `max_ngram_length` words are known by their `ngram_separator`. Raises
    ImportError where nltk is missing.
    """

    config_file_name = "phrasetokenizer_config.json"

    def __init__(
        self,
        vocab: Iterable[str] = (),
        stop_words: Iterable[str] = ENGLISH_STOP_WORDS,
        do_lower_case: bool = False,
        ngram_separator: str = "_",
        max_ngram_length: int = 5,
    ) -> None:
        self.split = _splitter()
        self.ngram_separator = ngram_separator
        self.max_ngram_length = max_ngram_length
        super().__init__(vocab, stop_words, do_lower_case)

    def set_vocab(self, vocab: Iterable[str]) -> None:
        super().set_vocab(vocab)
        self.ngram_lookup = {word for word in self.vocab if self._is_phrase(word)}
        self.ngram_lengths = {self._length(phrase) for phrase in self.ngram_lookup}

    def _is_phrase(self, word: str) -> bool:
        # lists of the wild hold malformed words, with two separators in a row
        is_whole = self.ngram_separator * 2 not in word
        return is_whole and 1 < self._length(word) <= self.max_ngram_length

    def _length(self, word: str) -> int:
        return word.count(self.ngram_separator) + 1

    def tokenize(self, text: str, **kwargs: Any) -> list[int]:
        words = self.split(text)
        for length in sorted(self.ngram_lengths, reverse=True):
            words = self._joined(words, length)
        lower = [word.lower() for word in words]
        return self.places(
            (w, low, low.strip(string.punctuation)) for w, low in zip(words, lower, strict=True)
        )

    def _joined(self, words: list[str], length: int) -> list[str]:
        """`words` with each phrase of `length` words as one, from the left."""
        joined, start = [], 0
        while start < len(words):
            phrase = self.ngram_separator.join(words[start : start + length])
            spelled = next((p for p in (phrase, phrase.lower()) if p in self.ngram_lookup), None)
            is_phrase = spelled is not None and start + length <= len(words)
            joined.append(spelled if is_phrase and spelled else words[start])
            start += length if is_phrase else 1
        return joined

    def config(self) -> dict[str, Any]:
        return super().config() | {
            "ngram_separator": self.ngram_separator,
            "max_ngram_length": self.max_ngram_length,
        }


def _splitter() -> Callable[[str], list[str]]:
    try:
        nltk = import_module("nltk.tokenize")  # optional: no other tokenizer needs it
    except ImportError as cause:
        raise ImportError("PhraseTokenizer needs nltk: pip install nltk.") from cause
    split: Callable[[str], list[str]] = nltk.NLTKWordTokenizer().tokenize
    return split
