"""From the name of a model to the folder that holds it: here, or fetched from the Hub."""

from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

from worker.engine.model.problems import ModelNotFound, PickledWeights

NEVER_FETCHED = ("*.bin", "*.pt", "*.ckpt", "*.h5", "*.msgpack", "*.pkl", "onnx/*", "openvino/*")
"""Pickles, other frameworks' weights and other runtimes' exports."""


def find(
    name: str,
    revision: str | None = None,
    cache_folder: str | Path | None = None,
    local_files_only: bool = False,
    token: bool | str | None = None,
    has_weights: bool = True,
) -> Path:
    """The folder `name`, or the Hub's model; a tokenizer alone has no weights.

    Raises ModelNotFound or PickledWeights.
    """
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
    if has_weights and not any(folder.rglob("*.safetensors")):
        raise PickledWeights(
            f"The Hub's {name!r} holds no safetensors weights, and we open no pickles. Choose a "
            "revision that has them, or convert the model where you trust it."
        )
    return folder
