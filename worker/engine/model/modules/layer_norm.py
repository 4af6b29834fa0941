"""Vectors of mean 0 and variance 1, scaled and shifted as learned."""

from torch import nn

from worker.engine.model.modules.module import Features, Module


class LayerNorm(Module):
    """torch's LayerNorm over sentence_embedding. Shapes: B×dimension → B×dimension.

    Source: Ba, Kiros and Hinton 2016, arXiv 1607.06450
    """

    config_keys = ("dimension",)

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.dimension = dimension
        self.norm = nn.LayerNorm(dimension)

    def forward(self, features: Features) -> Features:
        features["sentence_embedding"] = self.norm(features["sentence_embedding"])
        return features

    def get_embedding_dimension(self) -> int:
        return self.dimension
