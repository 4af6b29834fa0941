"""What every module of a model has in common: it takes features and adds to them."""

import json
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar, Self, TypeAlias

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from worker.engine.model.problems import PickledWeights, WrongModelFile

Features: TypeAlias = dict[str, Any]
"""Tensors by name: input_ids, attention_mask … token_embeddings … sentence_embedding."""

WEIGHTS_FILE = "model.safetensors"
PICKLED_WEIGHTS = ("pytorch_model.bin", "pytorch_model.pt", "model.pt")


class Module(nn.Module, ABC):
    """One stage on the way from tokens to the vector of a text.

    `type_name` is what modules.json calls it, in the spelling that versions 2.2 to 6.2 of Sentence
    Transformers read. `config` is what its config.json holds.
    """

    type_name: ClassVar[str]
    config_file: ClassVar[str] = "config.json"

    @abstractmethod
    def forward(self, features: Features) -> Features:
        """Add this stage's tensors to `features` and return them."""

    def config(self) -> dict[str, Any]:
        """What has to be known to build this module again; {} where nothing has."""
        return {}

    @property
    def out_dimension(self) -> int | None:
        """The width of the vectors that leave here; None if it is that of what came in."""
        return None

    def save(self, folder: Path) -> None:
        """Write configuration and weights into `folder`, which exists."""
        if config := self.config():
            write_json(folder / self.config_file, config)
        if weights := self.state_dict():
            save_file(weights, folder / WEIGHTS_FILE, metadata={"format": "pt"})

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save`, or the same class of Sentence Transformers, has written.

        Raises PickledWeights or WrongModelFile.
        """
        module = cls.from_config(read_json(folder / cls.config_file, default={}))
        if module.state_dict():
            module.load_state_dict(read_weights(folder))
        return module

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Build it from the contents of its config.json."""
        return cls(**config)


def read_weights(folder: Path) -> dict[str, Tensor]:
    """The tensors of `folder` in 32-bit floats. Raises PickledWeights or WrongModelFile."""
    refuse_pickles(folder)
    if not (folder / WEIGHTS_FILE).is_file():
        raise WrongModelFile(
            f"{folder} has no {WEIGHTS_FILE}. Save the model again, or copy the whole folder."
        )
    weights = load_file(folder / WEIGHTS_FILE)
    return {n: w.float() if w.is_floating_point() else w for n, w in weights.items()}


def refuse_pickles(folder: Path) -> None:
    """Raise PickledWeights if `folder` has pickled weights and no safe ones."""
    if any(folder.glob("*.safetensors")):
        return
    for name in PICKLED_WEIGHTS:
        if (folder / name).is_file():
            raise PickledWeights(
                f"{folder / name} is a Python pickle, and opening one can run code here. "
                "Load the model where you trust it, save it with safe_serialization=True, and use "
                "the folder that this writes (it holds model.safetensors)."
            )


def read_json(path: Path, default: dict[str, Any] | None = None) -> dict[str, Any]:
    """The object in `path`; `default` where there is no such file. Raises WrongModelFile."""
    if default is not None and not path.is_file():
        return default
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as cause:
        raise WrongModelFile(f"{path} can't be read as JSON: {cause}") from cause
    if not isinstance(value, dict):
        raise WrongModelFile(f"{path} holds a {type(value).__name__}; a JSON object belongs there.")
    return value


def write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def first_real_token(attention_mask: Tensor) -> Tensor:
    """The index of each row's first attended position: B×T → B. Padding may be on the left."""
    return torch.argmax((attention_mask > 0).long(), dim=1)
