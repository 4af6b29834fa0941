"""A bag of words: how often, or whether, each word of the vocabulary is in a text."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from worker.engine.model.modules.input_module import InputModule, with_prompt
from worker.engine.model.modules.module import Features
from worker.engine.model.modules.word_tokenizer import WhitespaceTokenizer
from worker.engine.model.modules.word_weights import weight_of


class BoW(InputModule):
    """One dimension a word of `vocab`: its weight, times its count if `cumulative_term_frequency`.

    With inverse document frequencies as `word_weights` these are tf-idf vectors; a word without
    weight weighs `unknown_word_weight`. Nothing is learned.
    Shapes: B texts → sentence_embedding B×len(vocab).
    """

    save_in_root = False
    config_keys = ("vocab", "word_weights", "unknown_word_weight", "cumulative_term_frequency")

    def __init__(
        self,
        vocab: Sequence[str],
        word_weights: Mapping[str, float] = {},
        unknown_word_weight: float = 1,
        cumulative_term_frequency: bool = True,
    ) -> None:
        super().__init__()
        self.vocab = list(dict.fromkeys(vocab))
        self.word_weights = word_weights
        self.unknown_word_weight = unknown_word_weight
        self.cumulative_term_frequency = cumulative_term_frequency
        self.weights = [weight_of(word, word_weights, unknown_word_weight) for word in self.vocab]
        self.tokenizer = WhitespaceTokenizer(self.vocab, stop_words=())
        self.max_seq_length = None

    def preprocess(
        self, inputs: Sequence[str], prompt: str | None = None, **options: Any
    ) -> Features:
        """The vectors themselves."""
        texts = with_prompt(inputs, prompt)
        return self.get_sentence_features([self.tokenizer.tokenize(text) for text in texts])

    def get_sentence_features(self, tokenized_texts: Sequence[Sequence[int]]) -> Features:
        """The vectors of texts whose words are given by their places in the vocabulary."""
        vectors = torch.zeros(len(tokenized_texts), len(self.vocab))
        for vector, places in zip(vectors, tokenized_texts, strict=True):
            for place in places if self.cumulative_term_frequency else set(places):
                vector[place] += self.weights[place]
        return {"sentence_embedding": vectors}

    def forward(self, features: Features) -> Features:
        return features

    def get_embedding_dimension(self) -> int:
        return len(self.vocab)
