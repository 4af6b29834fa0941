"""From texts to places in a list of words, for models that know words and not their parts."""

import json
import string
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

from transformers import AutoTokenizer, PreTrainedTokenizerBase

from worker.engine.model.folder import read_json
from worker.engine.model.modules.stop_words import ENGLISH_STOP_WORDS
from worker.engine.model.problems import WrongModelFile


class WordTokenizer(ABC):
    """Splits a text and gives the place of each word in the vocabulary."""

    @abstractmethod
    def set_vocab(self, vocab: Iterable[str]) -> None:
        """Know these words, in this order."""

    @abstractmethod
    def get_vocab(self) -> Iterable[str]:
        """The words that are known, in the order of their places."""

    @abstractmethod
    def tokenize(self, text: str, **kwargs: Any) -> list[int]:
        """The places of the words of `text`; words that aren't known are left out."""

    @abstractmethod
    def save(self, output_path: str) -> None:
        """Write it into the folder `output_path`."""

    @staticmethod
    @abstractmethod
    def load(input_path: str) -> "WordTokenizer":
        """Read what `save` has written. Raises WrongModelFile."""


class VocabularyTokenizer(WordTokenizer):
    """What tokenizers with a list of words share: look-up in several spellings, stop words, file."""

    config_file_name: ClassVar[str]

    def __init__(
        self, vocab: Iterable[str], stop_words: Iterable[str], do_lower_case: bool
    ) -> None:
        self.stop_words = set(stop_words)
        self.do_lower_case = do_lower_case
        self.set_vocab(vocab)

    def set_vocab(self, vocab: Iterable[str]) -> None:
        self.vocab = list(vocab)
        self.word2idx = {word: place for place, word in enumerate(self.vocab)}

    def get_vocab(self) -> list[str]:
        return self.vocab

    def places(self, spellings: Iterable[Sequence[str]]) -> list[int]:
        """The place of each word by the first of its spellings that is known or a stop word."""
        found = (self._place(of_one_word) for of_one_word in spellings)
        return [place for place in found if place is not None]

    def _place(self, spellings: Sequence[str]) -> int | None:
        for word in spellings:
            if word in self.stop_words:
                return None
            if word and word in self.word2idx:
                return self.word2idx[word]
        return None

    def config(self) -> dict[str, Any]:
        """What has to be known to build it again."""
        return {
            "vocab": list(self.word2idx),
            "stop_words": sorted(self.stop_words),
            "do_lower_case": self.do_lower_case,
        }

    def save(self, output_path: str) -> None:
        # ASCII alone: releases up to 5 read this file in whatever encoding the machine has
        text = json.dumps(self.config())
        (Path(output_path) / self.config_file_name).write_text(text, encoding="ascii")

    @classmethod
    def load(cls, input_path: str) -> Self:
        place = Path(input_path) / cls.config_file_name
        try:
            return cls(**read_json(place))
        except TypeError as cause:
            raise WrongModelFile(f"{place} doesn't describe a {cls.__name__}: {cause}") from cause


class WhitespaceTokenizer(VocabularyTokenizer):
    """Splits at white space; looks for each word as it is, without punctuation, in lower case."""

    config_file_name = "whitespacetokenizer_config.json"

    def __init__(
        self,
        vocab: Iterable[str] = (),
        stop_words: Iterable[str] = ENGLISH_STOP_WORDS,
        do_lower_case: bool = False,
    ) -> None:
        super().__init__(vocab, stop_words, do_lower_case)

    def tokenize(self, text: str, **kwargs: Any) -> list[int]:
        words = (text.lower() if self.do_lower_case else text).split()
        bare = [word.strip(string.punctuation) for word in words]
        return self.places((w, b, b.lower()) for w, b in zip(words, bare, strict=True))


class TransformersTokenizerWrapper(WordTokenizer):
    """A tokenizer of `transformers` in the place of one that knows words."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self.tokenizer = tokenizer

    def set_vocab(self, vocab: Iterable[str]) -> None:
        raise TypeError("The vocabulary of a tokenizer of transformers is fixed.")

    def get_vocab(self) -> dict[str, int]:
        return self.tokenizer.get_vocab()

    def tokenize(self, text: str, **kwargs: Any) -> list[int]:
        ids: list[int] = self.tokenizer(text)["input_ids"]
        return ids

    def save(self, output_path: str) -> None:
        self.tokenizer.save_pretrained(output_path)

    @staticmethod
    def load(input_path: str) -> "TransformersTokenizerWrapper":
        return TransformersTokenizerWrapper(
            AutoTokenizer.from_pretrained(
                input_path, local_files_only=True, trust_remote_code=False
            )
        )
