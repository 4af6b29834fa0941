"""Vectors of length one."""

from typing import Any, Self

from worker.engine.model.modules.module import Features, Module
from worker.engine.similarity import normalize_embeddings


class Normalize(Module):
    """sentence_embedding / ‖sentence_embedding‖₂, so that dot product and cosine are the same."""

    type_name = "sentence_transformers.models.Normalize"

    def forward(self, features: Features) -> Features:
        features["sentence_embedding"] = normalize_embeddings(features["sentence_embedding"])
        return features

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        return cls()
