"""From where a model lies, here or on the Hub, to one module of it or to its files.

A module of your own may use these in a `load` of its own, as with upstream.
"""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, Self

from torch import Tensor, nn

from worker.engine.model.finding import find
from worker.engine.model.folder import read_json, read_weights
from worker.engine.model.problems import WrongModelFile


class Loadable(ABC):
    """What can be read from a folder, and so be loaded from wherever that folder is found."""

    @classmethod
    @abstractmethod
    def read(cls, folder: Path, **kwargs: Any) -> Self:
        """Read it from `folder`."""

    @classmethod
    @abstractmethod
    def read_config(cls, folder: Path) -> dict[str, Any]:
        """The configuration in `folder` by today's keys; {} where there is none."""

    @classmethod
    def load(
        cls,
        model_name_or_path: str | Path,
        subfolder: str = "",
        token: bool | str | None = None,
        cache_folder: str | None = None,
        revision: str | None = None,
        local_files_only: bool = False,
        **kwargs: Any,
    ) -> Self:
        """Read this module from the folder, or the Hub's model, that `save` has written.

        `kwargs` are what `read` of this class takes besides. Raises ModelProblem.
        """
        folder = find(str(model_name_or_path), revision, cache_folder, local_files_only, token)
        return cls.read(folder / subfolder, **kwargs)

    @classmethod
    def load_config(
        cls,
        model_name_or_path: str | Path,
        subfolder: str = "",
        config_filename: str | None = None,
        token: bool | str | None = None,
        cache_folder: str | None = None,
        revision: str | None = None,
        local_files_only: bool = False,
    ) -> dict[str, Any]:
        """The configuration alone, for a `load` of your own."""
        folder = find(str(model_name_or_path), revision, cache_folder, local_files_only, token)
        if config_filename is None:
            return cls.read_config(folder / subfolder)
        return read_json(folder / subfolder / config_filename, default={})

    @classmethod
    def load_torch_weights(
        cls,
        model_name_or_path: str | Path,
        subfolder: str = "",
        token: bool | str | None = None,
        cache_folder: str | None = None,
        revision: str | None = None,
        local_files_only: bool = False,
        model: nn.Module | None = None,
    ) -> Any:
        """The weights alone, for a `load` of your own: filled into `model`, or by name.

        Raises PickledWeights or WrongModelFile.
        """
        folder = find(str(model_name_or_path), revision, cache_folder, local_files_only, token)
        weights = read_weights(folder / subfolder)
        if model is None:
            return weights
        fill(model, weights, folder / subfolder)
        return model

    @staticmethod
    def load_dir_path(
        model_name_or_path: str | Path,
        subfolder: str = "",
        token: bool | str | None = None,
        cache_folder: str | None = None,
        revision: str | None = None,
        local_files_only: bool = False,
    ) -> str:
        """The folder alone, fetched if need be."""
        folder = find(str(model_name_or_path), revision, cache_folder, local_files_only, token)
        return str(folder / subfolder)

    @staticmethod
    def load_file_path(
        model_name_or_path: str | Path,
        filename: str,
        subfolder: str = "",
        token: bool | str | None = None,
        cache_folder: str | None = None,
        revision: str | None = None,
        local_files_only: bool = False,
    ) -> str | None:
        """The path of one file, fetched if need be; None if the model has no such file."""
        folder = find(str(model_name_or_path), revision, cache_folder, local_files_only, token)
        path = folder / subfolder / filename
        return str(path) if path.is_file() else None


def fill(module: nn.Module, weights: dict[str, Tensor], folder: Path) -> None:
    """Put `weights`, read from `folder`, into `module`. Raises WrongModelFile if they don't fit."""
    try:
        module.load_state_dict(weights)
    except RuntimeError as cause:
        raise WrongModelFile(f"The weights in {folder} don't fit: {cause}") from cause
