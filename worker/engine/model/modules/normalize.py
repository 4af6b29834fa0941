"""Vectors of length one."""

from collections.abc import Mapping
from typing import ClassVar

from worker.engine.model.modules.module import Features, Module
from worker.engine.similarity import normalize_embeddings


class Normalize(Module):
    """x / ‖x‖₂ of the feature `module_input_name`, so that dot product and cosine are the same."""

    config_keys = ("module_input_name", "module_output_name")
    added_config: ClassVar[Mapping[str, object]] = {
        "module_input_name": "sentence_embedding",
        "module_output_name": "sentence_embedding",
    }

    def __init__(
        self,
        module_input_name: str = "sentence_embedding",
        module_output_name: str | None = None,
    ) -> None:
        super().__init__()
        self.module_input_name = module_input_name
        self.module_output_name = module_output_name or module_input_name

    def forward(self, features: Features) -> Features:
        features[self.module_output_name] = normalize_embeddings(features[self.module_input_name])
        return features
