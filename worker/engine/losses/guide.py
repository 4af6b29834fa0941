"""A model that knows which texts mean the same, and tells so while another learns."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from worker.engine.encoder import Encoder, Encoding
from worker.engine.model.modules.module import Features


class Guide:
    """The guide's embeddings of texts that were made ready for another model.

    It is no module of the loss: it learns nothing, isn't saved with the run, and stays on its own
    device. Texts are turned back from tokens where its vocabulary is another one or where it reads
    fewer tokens of a text.
    Errors: ValueError for a model or guide without a tokenizer of `transformers`.
    """

    def __init__(self, guide: Any, model: Any) -> None:
        self.model = guide
        self.tokenizer = _tokenizer_of(model, "model")
        its_own = _tokenizer_of(guide, "guide")
        self.must_retokenize = self.tokenizer.get_vocab() != its_own.get_vocab() or (
            _longest(guide) < _longest(model)
        )

    def embed(self, encoding: Encoding, columns: Sequence[Features]) -> list[Tensor]:
        """One tensor a column, made as the learning model's are; without gradients."""
        with torch.no_grad():
            return encoding(self.model, [self._features(column) for column in columns])

    def _features(self, features: Features) -> Features:
        if self.must_retokenize:
            texts = self.tokenizer.batch_decode(features["input_ids"], skip_special_tokens=True)
            features = self.model.preprocess(texts)
        device = self.model.device
        return {n: t.to(device) if isinstance(t, Tensor) else t for n, t in features.items()}


def _tokenizer_of(model: Any, role: str) -> PreTrainedTokenizerBase:
    tokenizer = getattr(model, "tokenizer", None)
    if not isinstance(tokenizer, PreTrainedTokenizerBase):
        raise ValueError(
            f"The {role} must have a tokenizer of transformers, so that one's tokens can become "
            f"the other's; its tokenizer is {type(tokenizer).__name__}."
        )
    return tokenizer


def _longest(model: Encoder) -> float:
    limit = getattr(model, "max_seq_length", None)
    return float("inf") if limit is None else limit
