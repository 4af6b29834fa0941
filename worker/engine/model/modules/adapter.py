"""A PEFT adapter on disk: a few weights that stand for a whole model, beside its name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from transformers import PreTrainedModel
from transformers.utils.import_utils import is_peft_available

from worker.engine.model.finding import find
from worker.engine.model.folder import read_json, refuse_pickles
from worker.engine.model.problems import AdapterNeedsPeft, WrongModelFile

ADAPTER_CONFIG = "adapter_config.json"
ADAPTER_WEIGHTS = "adapter_model.safetensors"


def base_of(folder: Path, options: Mapping[str, Any]) -> tuple[Path, str]:
    """Where the model lies that the adapter in `folder` is for, and its name.

    `options` say how the Hub is asked; `revision` is the adapter's, so it isn't used. Raises
    ModelProblem.
    """
    name = read_json(folder / ADAPTER_CONFIG).get("base_model_name_or_path")
    if not isinstance(name, str) or not name:
        raise WrongModelFile(f"{folder / ADAPTER_CONFIG} doesn't name its base model.")
    base = find(
        name,
        cache_folder=options.get("cache_dir"),
        local_files_only=options.get("local_files_only", False),
        token=options.get("token"),
    )
    if (base / ADAPTER_CONFIG).is_file():
        raise WrongModelFile(
            f"{folder} is an adapter for {name}, which is an adapter itself. Merge that one into "
            "its base model first."
        )
    return base, name


def put_on(model: PreTrainedModel, folder: Path, name: str) -> PreTrainedModel:
    """`model`, whose name is `name`, with the adapter in `folder` on it. Raises ModelProblem."""
    if not is_peft_available():
        raise AdapterNeedsPeft(
            f"{folder} is a PEFT adapter. Install likewise[lora], or merge the adapter into its "
            "base model and save that."
        )
    if not (folder / ADAPTER_WEIGHTS).is_file():
        refuse_pickles(folder)
        raise WrongModelFile(f"{folder} has no {ADAPTER_WEIGHTS}. Copy the whole folder.")
    try:
        model.load_adapter(str(folder), use_safetensors=True)
    except (OSError, ValueError, RuntimeError) as cause:
        raise WrongModelFile(f"The adapter in {folder} doesn't fit {name}: {cause}") from cause
    call(model, name)
    return model


def call(model: PreTrainedModel, name: str) -> None:
    """Let what is saved of `model` name it `name` instead of a folder of this machine."""
    model.name_or_path = model.config.name_or_path = name
