"""From a folder or a Hub id to modules and settings: what is read, and what is refused."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

from worker.engine.model.modules import MODULES, Module, Normalize, Pooling, Transformer
from worker.engine.model.modules.module import read_json
from worker.engine.model.problems import (
    ModelNotFound,
    PickledWeights,
    UnknownModule,
    WrongModelFile,
)
from worker.engine.similarity import SimilarityFunction

MODULES_FILE = "modules.json"
SETTINGS_FILE = "config_sentence_transformers.json"
NEVER_FETCHED = ("*.bin", "*.pt", "*.ckpt", "*.h5", "*.msgpack", "*.pkl", "onnx/*", "openvino/*")
"""Pickles, other frameworks' weights and other runtimes' exports."""


@dataclass(frozen=True)
class Saved:
    """What a folder says about a model."""

    modules: tuple[Module, ...] = ()
    prompts: Mapping[str, str] = field(default_factory=dict)
    default_prompt_name: str | None = None
    similarity_fn_name: str = SimilarityFunction.COSINE
    truncate_dim: int | None = None
    readme: str | None = None


def find(
    name: str,
    revision: str | None,
    cache_folder: str | Path | None,
    local_files_only: bool,
    token: bool | str | None,
) -> Path:
    """The folder `name`, or the Hub's model. Raises ModelNotFound or PickledWeights."""
    if Path(name).is_dir():
        return Path(name)
    try:
        folder = Path(
            snapshot_download(
                name,
                revision=revision,
                cache_dir=cache_folder,
                local_files_only=local_files_only,
                token=token,
                ignore_patterns=list(NEVER_FETCHED),
            )
        )
    except (HFValidationError, LocalEntryNotFoundError, HfHubHTTPError, OSError) as cause:
        raise ModelNotFound(
            f"{name!r} is no folder here, and the Hub gave no model of that name "
            f"({type(cause).__name__}). Check the spelling, or give the path of a folder."
        ) from cause
    if not any(folder.rglob("*.safetensors")):
        raise PickledWeights(
            f"The Hub's {name!r} holds no safetensors weights, and we open no pickles. Choose a "
            "revision that has them, or convert the model where you trust it."
        )
    return folder


def read(
    folder: Path,
    model_kwargs: dict[str, Any] | None = None,
    tokenizer_kwargs: dict[str, Any] | None = None,
    config_kwargs: dict[str, Any] | None = None,
) -> Saved:
    """All that `folder` says. Raises PickledWeights, UnknownModule or WrongModelFile."""
    if not (folder / MODULES_FILE).is_file():
        transformer = Transformer.from_pretrained(
            folder, model_kwargs, tokenizer_kwargs, config_kwargs
        )
        return Saved(modules=(transformer, Pooling(transformer.out_dimension)))
    modules = [
        Transformer.from_pretrained(path, model_kwargs, tokenizer_kwargs, config_kwargs)
        if module is Transformer
        else _load(module, path)
        for module, path in _listed(folder)
    ]
    settings = read_json(folder / SETTINGS_FILE, default={})
    readme = folder / "README.md"
    return Saved(
        modules=tuple(modules),
        prompts=settings.get("prompts") or {},
        default_prompt_name=settings.get("default_prompt_name"),
        similarity_fn_name=settings.get("similarity_fn_name") or SimilarityFunction.COSINE,
        truncate_dim=settings.get("truncate_dim"),
        readme=readme.read_text(encoding="utf-8") if readme.is_file() else None,
    )


def _load(module: type[Module], folder: Path) -> Module:
    # git keeps no empty folders, and older releases wrote nothing for a Normalize
    if module is not Normalize and not folder.is_dir():
        raise WrongModelFile(f"{folder} is missing. Copy the whole folder of the model.")
    return module.load(folder)


def _listed(folder: Path) -> list[tuple[type[Module], Path]]:
    """The modules that modules.json names, each with its folder, which lies inside `folder`."""
    place = folder / MODULES_FILE
    try:
        rows = [
            (str(row["type"]), str(row["path"])) for row in json.loads(place.read_text("utf-8"))
        ]
    except (ValueError, KeyError, TypeError) as cause:
        raise WrongModelFile(f"{place} isn't a list of modules with type and path.") from cause
    for name, path in rows:
        if name not in MODULES:
            raise UnknownModule(
                f"{place} asks for {name!r}. We never load a class because a file names it, only "
                f"modules of our own: {', '.join(sorted({m.__name__ for m in MODULES.values()}))}."
            )
        if not (folder / path).resolve().is_relative_to(folder.resolve()):
            raise WrongModelFile(f"{place} points outside of its folder: {path!r}.")
    return [(MODULES[name], folder / path) for name, path in rows]
