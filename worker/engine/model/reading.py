"""From a folder to modules and settings: what is read, and what is refused."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torch import nn

from worker.engine.model.folder import inside, read_json
from worker.engine.model.modules import Module, Normalize, Pooling, Transformer
from worker.engine.model.modules.known import known
from worker.engine.model.problems import WrongModelFile
from worker.engine.similarity import SimilarityFunction

MODULES_FILE = "modules.json"
SETTINGS_FILE = "config_sentence_transformers.json"


@dataclass(frozen=True)
class Saved:
    """What a folder says about a model."""

    modules: tuple[nn.Module, ...] = ()
    prompts: Mapping[str, str] = field(default_factory=dict)
    default_prompt_name: str | None = None
    similarity_fn_name: str = SimilarityFunction.COSINE
    truncate_dim: int | None = None
    readme: str | None = None


def read(
    folder: Path,
    model_kwargs: dict[str, Any] | None = None,
    tokenizer_kwargs: dict[str, Any] | None = None,
    config_kwargs: dict[str, Any] | None = None,
    name: str | None = None,
) -> Saved:
    """All that `folder` says; `name` is the Hub's name of the model, if it has one.

    Raises PickledWeights, UnknownModule or WrongModelFile.
    """
    options = {
        "model_kwargs": model_kwargs,
        "processor_kwargs": tokenizer_kwargs,
        "config_kwargs": config_kwargs,
    }
    if not (folder / MODULES_FILE).is_file():
        plain = Transformer.read(folder, name=name, is_checkpoint=True, **options)
        return Saved(modules=_of_a_checkpoint(plain))
    modules = [
        _load(module, path, {**options, "name": name if path == folder else None})
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


def _of_a_checkpoint(transformer: Transformer) -> tuple[Module, ...]:
    """A plain checkpoint is pooled by the mean; what predicts a next token, by the last one."""
    config = transformer.config
    architectures = config.architectures or [""]
    sees_what_follows = not getattr(config, "is_causal", True)
    predicts_next = architectures[0].endswith("ForCausalLM") and not sees_what_follows
    width = transformer.get_embedding_dimension()
    return transformer, Pooling(width, "lasttoken" if predicts_next else "mean")


def _load(module: type[Module], folder: Path, options: dict[str, Any]) -> Module:
    # git keeps no empty folders, and older releases wrote nothing for a Normalize
    if module is not Normalize and not folder.is_dir():
        raise WrongModelFile(f"{folder} is missing. Copy the whole folder of the model.")
    return module.read(folder, **options)


def _listed(folder: Path) -> list[tuple[type[Module], Path]]:
    """The modules that modules.json names, each with its folder, which lies inside `folder`."""
    place = folder / MODULES_FILE
    try:
        rows = [
            (str(row["type"]), str(row["path"])) for row in json.loads(place.read_text("utf-8"))
        ]
    except (ValueError, KeyError, TypeError) as cause:
        raise WrongModelFile(f"{place} isn't a list of modules with type and path.") from cause
    return [(known(name, place), inside(folder, path, place)) for name, path in rows]
