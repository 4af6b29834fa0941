"""A model on disk, in the layout that Sentence Transformers reads from 2.2 to 6.2."""

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from worker.engine import card
from worker.engine.files import whole_folder
from worker.engine.model.folder import write_json
from worker.engine.model.modules.known import name_of
from worker.engine.model.reading import MODULES_FILE, SETTINGS_FILE

if TYPE_CHECKING:
    from worker.engine.model.sentence_transformer import SentenceTransformer

LAYOUT_VERSION = "5.3.0"
"""The last release of Sentence Transformers that wrote this layout; readers warn of a newer one."""


def write(model: "SentenceTransformer", place: Path, with_card: bool) -> None:
    """Write `model` to `place`, which holds all of it or is as it was."""
    with whole_folder(place) as folder:
        rows = [_write_module(index, module, folder) for index, module in enumerate(model)]
        write_json(folder / MODULES_FILE, rows)
        write_json(folder / SETTINGS_FILE, _settings(model))
        if with_card:
            (folder / "README.md").write_text(card.text(model), encoding="utf-8")


def _write_module(index: int, module: Any, folder: Path) -> dict[str, Any]:
    if not hasattr(module, "save"):
        raise TypeError(
            f"{type(module).__name__} can't be saved with the model. Derive it from "
            "likewise.models.Module, or give it a method save(output_path)."
        )
    in_root = index == 0 and getattr(module, "save_in_root", False)
    path = "" if in_root else f"{index}_{type(module).__name__}"
    (folder / path).mkdir(exist_ok=True)
    module.save(str(folder / path))
    return {"idx": index, "name": str(index), "path": path, "type": name_of(module)}


def _settings(model: "SentenceTransformer") -> dict[str, Any]:
    settings: dict[str, Any] = {
        "__version__": {
            "sentence_transformers": LAYOUT_VERSION,
            "transformers": version("transformers"),
            "pytorch": version("torch"),
        },
        "model_type": "SentenceTransformer",
        "prompts": dict(model.prompts),
        "default_prompt_name": model.default_prompt_name,
        "similarity_fn_name": model.similarity_fn_name,
    }
    return settings | ({} if model.truncate_dim is None else {"truncate_dim": model.truncate_dim})
