"""What every module of a model has in common: it takes features and adds to them."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Self, TypeAlias

import torch
from torch import Tensor, nn

from worker.engine.model.folder import read_json, read_weights, write_json, write_weights
from worker.engine.model.modules.loadable import Loadable, fill
from worker.engine.model.problems import WrongModelFile

log = logging.getLogger(__name__)

Features: TypeAlias = dict[str, Any]
"""Tensors by name: input_ids, attention_mask … token_embeddings … sentence_embedding."""


class Module(Loadable, nn.Module, ABC):
    """One stage on the way from texts to their vectors.

    A module of your own has a `forward`, and names its constructor's arguments in `config_keys`;
    that is enough to be saved, and to be loaded by `load` of its class. A model's folder never
    makes us import a class that isn't ours: give yours in `modules=[…]`.

    `config_key_renames` maps keys that older releases wrote to today's; we go on writing the old
    ones, which every release reads. `added_config` holds keys that older releases can't read, with
    their defaults: they are written where they differ. A module with `save_in_root` that comes
    first lies beside modules.json, any other in a folder of its own.
    """

    config_file_name: ClassVar[str] = "config.json"
    config_keys: ClassVar[Sequence[str]] = ()
    config_key_renames: ClassVar[Mapping[str, str]] = {}
    added_config: ClassVar[Mapping[str, object]] = {}
    save_in_root: ClassVar[bool] = False
    forward_kwargs: ClassVar[frozenset[str] | set[str]] = frozenset()

    @abstractmethod
    def forward(self, features: Features) -> Features:
        """Add this stage's tensors to `features` and return them."""

    def get_embedding_dimension(self) -> int | None:
        """The width of the vectors that leave here; None if it is that of what came in."""
        return None

    def get_sentence_embedding_dimension(self) -> int | None:
        """`get_embedding_dimension` by an older name."""
        return self.get_embedding_dimension()

    def get_word_embedding_dimension(self) -> int | None:
        """`get_embedding_dimension` by an older name."""
        return self.get_embedding_dimension()

    def get_config_dict(self) -> dict[str, Any]:
        """What has to be known to build this module again."""
        return {key: getattr(self, key) for key in self.config_keys}

    def save(self, output_path: str | Path, safe_serialization: bool = True) -> None:
        """Write configuration and weights into the folder `output_path`, which exists.

        Raises ValueError for safe_serialization=False: we write no pickles.
        """
        self.save_config(output_path)
        if self.state_dict():
            self.save_torch_weights(output_path, safe_serialization)

    def save_config(self, output_path: str | Path, filename: str | None = None) -> None:
        """Write `saved_config` into the folder `output_path`; no file where it is empty."""
        if config := self.saved_config():
            write_json(Path(output_path) / (filename or self.config_file_name), config)

    def saved_config(self) -> dict[str, Any]:
        """`get_config_dict` in the spelling that every release reads."""
        old = {new: old for old, new in self.config_key_renames.items()}
        return {
            old.get(key, key): value
            for key, value in self.get_config_dict().items()
            if key not in self.added_config or value != self.added_config[key]
        }

    def save_torch_weights(self, output_path: str | Path, safe_serialization: bool = True) -> None:
        """Write the weights as safetensors. Raises ValueError for safe_serialization=False."""
        self.refuse_unsafe(safe_serialization)
        write_weights(Path(output_path), self.state_dict())

    @staticmethod
    def refuse_unsafe(safe_serialization: bool) -> None:
        """Raise ValueError if a pickle is asked for."""
        if not safe_serialization:
            raise ValueError(
                "Weights are written as safetensors only; leave safe_serialization out."
            )

    @classmethod
    def read(cls, folder: Path, **kwargs: Any) -> Self:
        """Read what `save`, or the same class of Sentence Transformers, wrote into `folder`.

        Every module of a model is given the same `kwargs` and takes what concerns it. Raises
        PickledWeights or WrongModelFile.
        """
        module = cls.from_config(cls.read_config(folder))
        if module.state_dict():
            fill(module, read_weights(folder), folder)
        return module

    @classmethod
    def read_config(cls, folder: Path) -> dict[str, Any]:
        """The configuration in `folder` by today's keys; {} where there is none."""
        saved = read_json(folder / cls.config_file_name, default={})
        return {cls.config_key_renames.get(key, key): value for key, value in saved.items()}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Build it from its configuration. Raises WrongModelFile for values that don't fit."""
        known = {key: value for key, value in config.items() if key in cls.config_keys}
        if unknown := sorted(config.keys() - known.keys()):
            log.warning("settings of %s that we don't know are left out: %s", cls.__name__, unknown)
        try:
            return cls(**known)
        except (TypeError, ValueError) as cause:
            raise WrongModelFile(
                f"The configuration of {cls.__name__} is wrong: {cause}"
            ) from cause

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.get_config_dict()})"


def first_real_token(attention_mask: Tensor) -> Tensor:
    """The index of each row's first attended position: B×T → B. Padding may be on the left."""
    return torch.argmax((attention_mask > 0).long(), dim=1)
