"""What lies in a module's folder: JSON and safetensors, never a pickle, nothing beyond it."""

import json
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file
from torch import Tensor

from worker.engine.model.problems import PickledWeights, WrongModelFile

WEIGHTS_FILE = "model.safetensors"
PICKLED_WEIGHTS = ("pytorch_model.bin", "pytorch_model.pt", "model.pt", "adapter_model.bin")


def read_weights(folder: Path) -> dict[str, Tensor]:
    """The tensors of `folder` in 32-bit floats. Raises PickledWeights or WrongModelFile."""
    refuse_pickles(folder)
    if not (folder / WEIGHTS_FILE).is_file():
        raise WrongModelFile(
            f"{folder} has no {WEIGHTS_FILE}. Save the model again, or copy the whole folder."
        )
    weights = load_file(folder / WEIGHTS_FILE)
    return {n: w.float() if w.is_floating_point() else w for n, w in weights.items()}


def write_weights(folder: Path, weights: dict[str, Tensor]) -> None:
    """Write `weights` where `read_weights` finds them."""
    plain = {n: w.detach().cpu().contiguous() for n, w in weights.items()}
    save_file(plain, folder / WEIGHTS_FILE, metadata={"format": "pt"})


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


def inside(folder: Path, path: str, place: Path) -> Path:
    """`path`, which the file `place` names, in `folder`. Raises WrongModelFile if it leads out."""
    if not (folder / path).resolve().is_relative_to(folder.resolve()):
        raise WrongModelFile(f"{place} points outside of its folder: {path!r}.")
    return folder / path


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
