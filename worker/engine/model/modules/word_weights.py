"""A weight for each word, so that rare words say more than common ones.

Legend: B texts, T tokens of the longest, D dimensions.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import torch
from torch import Tensor, nn

from worker.engine.model.folder import WEIGHTS_FILE, read_weights
from worker.engine.model.modules.loadable import fill
from worker.engine.model.modules.module import Features, Module


def weight_of(word: str, weights: Mapping[str, float], unknown: float) -> float:
    """The weight of `word` as it is, else in lower case, else `unknown`."""
    return weights.get(word, weights.get(word.lower(), unknown))


class WordWeights(Module):
    """Each token's vector times the weight of its word, such as its inverse document frequency.

    Token i is `vocab[i]`; a word without weight weighs `unknown_word_weight`. Means of Pooling are
    then divided by the sum of the weights (features: token_weights_sum). The weights are trained.
    Shapes: token_embeddings B×T×D → B×T×D, token_weights_sum B.
    """

    config_keys = ("vocab", "word_weights", "unknown_word_weight")

    def __init__(
        self,
        vocab: Sequence[str],
        word_weights: Mapping[str, float],
        unknown_word_weight: float = 1,
    ) -> None:
        super().__init__()
        self.vocab = vocab
        self.word_weights = word_weights
        self.unknown_word_weight = unknown_word_weight
        weights = [weight_of(word, word_weights, unknown_word_weight) for word in vocab]
        column = torch.tensor(weights, dtype=torch.float32).unsqueeze(1)
        self.emb_layer = nn.Embedding(len(weights), 1, _weight=column)

    def forward(self, features: Features) -> Features:
        raw_BT: Tensor = self.emb_layer(features["input_ids"]).squeeze(-1)
        weights_BT = raw_BT * features["attention_mask"].to(raw_BT.dtype)
        features["token_embeddings"] = features["token_embeddings"] * weights_BT.unsqueeze(-1)
        features["token_weights_sum"] = weights_BT.sum(dim=1)
        return features

    @classmethod
    def read(cls, folder: Path, **kwargs: Any) -> Self:
        """The trained weights where there are some, else those of the configuration."""
        module = cls.from_config(cls.read_config(folder))
        if (folder / WEIGHTS_FILE).is_file():
            fill(module, read_weights(folder), folder)
        return module
