"""Random zeros while a model is trained."""

from torch import nn

from worker.engine.model.modules.module import Features, Module


class Dropout(Module):
    """Each value of sentence_embedding is zero with probability `dropout`, in training alone."""

    config_keys = ("dropout",)

    def __init__(self, dropout: float = 0.2) -> None:
        super().__init__()
        self.dropout = dropout
        self.dropout_layer = nn.Dropout(dropout)

    def forward(self, features: Features) -> Features:
        features["sentence_embedding"] = self.dropout_layer(features["sentence_embedding"])
        return features
