"""Token vectors from several layers of the transformer instead of its last.

Legend: L layers, B texts, T tokens of the longest, D dimensions.
"""

from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn

from worker.engine.model.modules.module import Features, Module
from worker.engine.old_names import once_called


class WeightedLayerPooling(Module):
    """token_embeddings = Σ w_l · layer_l / Σ w_l over the layers from `layer_start` on.

    The weights are learned and begin at 1, or at `layer_weights`. The model has to give its layers:
    `Transformer(name, config_kwargs={"output_hidden_states": True})`; without them the last layer
    stays. Shapes: all_layer_embeddings, num_hidden_layers + 1 of B×T×D → B×T×D.
    """

    config_keys = ("embedding_dimension", "layer_start", "num_hidden_layers")
    config_key_renames: ClassVar[Mapping[str, str]] = {
        "word_embedding_dimension": "embedding_dimension"
    }

    @once_called(**config_key_renames)
    def __init__(
        self,
        embedding_dimension: int,
        num_hidden_layers: int = 12,
        layer_start: int = 4,
        layer_weights: Tensor | None = None,
    ) -> None:
        super().__init__()
        self.embedding_dimension = embedding_dimension
        self.num_hidden_layers = num_hidden_layers
        self.layer_start = layer_start
        start_L = torch.ones(num_hidden_layers + 1 - layer_start)
        self.layer_weights = nn.Parameter(start_L if layer_weights is None else layer_weights)

    def forward(self, features: Features) -> Features:
        if features.get("all_layer_embeddings") is not None:
            layers_LBTD = torch.stack(tuple(features["all_layer_embeddings"])[self.layer_start :])
            weighted_BTD = torch.einsum("l,lbtd->btd", self.layer_weights, layers_LBTD)
            features["token_embeddings"] = weighted_BTD / self.layer_weights.sum()
        return features

    def get_embedding_dimension(self) -> int:
        return self.embedding_dimension
