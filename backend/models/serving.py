"""How a model is served elsewhere: Python, and Text Embeddings Inference where it knows the parts."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.catalog import tei

_OLD_KEYS = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_lasttoken": "lasttoken",
}
"""Of a pooling's config.json, in the layout that all releases read."""


@dataclass(frozen=True, kw_only=True)
class Container:
    """The line that serves a model, or why there is none. `note` is what one must know to ask it."""

    command: str | None = None
    why_not: str | None = None
    note: str | None = None


def container(folder: Path, root: str) -> Container:
    """How Text Embeddings Inference serves the model in `folder`, from a folder named `root`."""
    kind = _json(folder / "config.json", {}).get("model_type")
    if kind is None:
        return Container(why_not="the model does not begin with a transformer")
    architecture = tei.ARCHITECTURES.get(kind)
    if architecture is None:
        return Container(why_not=f"it has no architecture of the type {kind}")
    modules = [str(row["type"]).rpartition(".")[2] for row in _json(folder / "modules.json", [])]
    if strange := [name for name in modules if name not in tei.MODULES]:
        return Container(why_not=f"it has no module {strange[0]}, which this model has")
    if modules.count("Dense") > 1:
        return Container(why_not="it reads one Dense, and this model has more")
    pooling = _pooling(folder)
    if pooling not in tei.POOLINGS:
        return Container(why_not=f"it can't pool by {pooling}, as this model does")
    image, gpus = (tei.ON_GPU, " --gpus all") if architecture.needs_gpu else (tei.ON_CPU, "")
    return Container(
        command=f'docker run --rm -p 8080:80{gpus} -v "$PWD/{root}:/model" {image} --model-id /model',
        note=None if "Normalize" in modules else "normalize",
    )


def python(place: str, *, has_prompts: bool) -> str:
    """A few lines that embed two texts and compare them, with upstream's library."""
    encode = (
        ('query = model.encode_query("a question")', 'texts = model.encode_document(["an answer"])')
        if has_prompts
        else ('query = model.encode("one text")', 'texts = model.encode(["another", "a third"])')
    )
    return "\n".join(
        (
            "from sentence_transformers import SentenceTransformer",
            "",
            f'model = SentenceTransformer("{place}")',
            *encode,
            "print(model.similarity(query, texts))",
        )
    )


def python_onnx(place: str, name: str) -> str:
    """The same over a graph."""
    return "\n".join(
        (
            "from sentence_transformers import SentenceTransformer",
            "",
            "model = SentenceTransformer(",
            f'    "{place}", backend="onnx", model_kwargs={{"file_name": "{name}"}}',
            ")",
            'print(model.encode(["one text", "another"]))',
        )
    )


def has_prompts(folder: Path) -> bool:
    """Whether queries or documents have a text that goes before them."""
    prompts = _json(folder / "config_sentence_transformers.json", {}).get("prompts") or {}
    return any(prompts.get(name) for name in ("query", "document"))


def _pooling(folder: Path) -> str:
    place = next(iter(sorted(folder.glob("*_Pooling/config.json"))), None)
    config = _json(place, {}) if place else {}
    modes = [name.removeprefix("pooling_mode_") for name, is_on in config.items() if is_on is True]
    known = [
        _OLD_KEYS.get(f"pooling_mode_{mode}", mode) for mode in modes if mode != "include_prompt"
    ]
    return str(config.get("pooling_mode") or " and ".join(known) or "nothing")


def _json(place: Path, default: Any) -> Any:
    try:
        return json.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return default
