"""Tokenizers that know words, for WordEmbeddings and BoW."""

from worker.engine.model.modules.phrase_tokenizer import PhraseTokenizer
from worker.engine.model.modules.stop_words import ENGLISH_STOP_WORDS
from worker.engine.model.modules.word_tokenizer import (
    TransformersTokenizerWrapper,
    WhitespaceTokenizer,
    WordTokenizer,
)

__all__ = [
    "ENGLISH_STOP_WORDS",
    "PhraseTokenizer",
    "TransformersTokenizerWrapper",
    "WhitespaceTokenizer",
    "WordTokenizer",
]
