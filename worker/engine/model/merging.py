"""Several tunings of one base as a single model: the weighted mean of their weights.

Source: Wortsman et al. 2022, arXiv 2203.05482 (model soups).
"""

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

if TYPE_CHECKING:
    from worker.engine.model.sentence_transformer import SentenceTransformer

DTYPES = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (torch.float16, torch.bfloat16, torch.float32, torch.float64)
}


@torch.no_grad()
def merge(
    cls: "type[SentenceTransformer]",
    /,
    models: "Sequence[str | Path | SentenceTransformer]",
    method: str = "linear",
    *,
    base_model: Any = None,
    parameters: dict[str, Any] | None = None,
    dtype: str | torch.dtype | None = torch.float32,
    out_dtype: str | torch.dtype | None = None,
    device: str | torch.device = "cpu",
    batch_options: Any = None,
    **load_kwargs: Any,
) -> "SentenceTransformer":
    """A new model whose weights are the mean of those of `models`, which stay as they are.

    `parameters={"weight": [0.6, 0.4]}` weighs them. Prompts, tokenizer and settings are those of
    the first. The mean is taken in `dtype` and kept in `out_dtype`, else in `dtype`.
    Raises ValueError for models whose weights don't match, and for what the mean has no use for:
    another `method`, a `base_model`, `batch_options`.
    """
    if method != "linear" or base_model is not None or batch_options is not None:
        raise ValueError(
            f"Models are merged by their weighted mean, method='linear' without base_model and "
            f"batch_options; not by {method!r}. For other methods merge the saved folders with "
            "mergekit, and load what it writes."
        )
    if unknown := sorted(set(parameters or {}) - {"weight"}):
        raise ValueError(f"The mean takes the parameter weight, and not {', '.join(unknown)}.")
    if isinstance(models, (str, Path)) or len(models) < 2:
        raise ValueError("merge takes a list of two models or more.")
    loaded = [_loaded(cls, model, load_kwargs) for model in models]
    weights = _weights((parameters or {}).get("weight", 1.0), len(loaded))
    wide, kept = _dtype(dtype), _dtype(out_dtype)
    states = [model.state_dict() for model in loaded]
    _check_alike(loaded, states)
    merged: SentenceTransformer = deepcopy(loaded[0])
    merged.to(device)
    for name, tensor in merged.state_dict().items():
        if tensor.is_floating_point():
            each = [state[name].to(device, wide or tensor.dtype) for state in states]
            tensor.copy_(torch.stack([w * t for w, t in zip(weights, each, strict=True)]).sum(0))
    if kept or wide:
        merged.to(kept or wide)
    merged.model_card_data = cls.model_card_data_class()
    merged.model_card_data.register_model(merged)
    merged.eval()
    return merged


def _loaded(
    cls: "type[SentenceTransformer]", model: Any, options: dict[str, Any]
) -> "SentenceTransformer":
    found = cls(str(model), **options) if isinstance(model, (str, Path)) else model
    if not isinstance(found, cls):
        raise TypeError(f"merge takes models or their names, not {type(model).__name__}.")
    if found.has_peft_compatible_model() and getattr(found.transformers_model, "peft_config", None):
        raise ValueError("Merge a model's adapters into its weights first: merge_adapters().")
    return found


def _weights(given: float | Sequence[float], count: int) -> list[float]:
    """One weight a model; their sum is 1."""
    weights = [float(given)] * count if isinstance(given, (int, float)) else list(map(float, given))
    if len(weights) != count or sum(weights) == 0:
        raise ValueError(f"There are {count} models; {weights} are no {count} weights of them.")
    return [weight / sum(weights) for weight in weights]


def _dtype(given: str | torch.dtype | None) -> torch.dtype | None:
    found = DTYPES.get(given) if isinstance(given, str) else given
    if given is not None and found not in DTYPES.values():
        raise ValueError(f"A merge is taken in one of {', '.join(DTYPES)}; not {given!r}.")
    return found


def _check_alike(
    models: "Sequence[SentenceTransformer]", states: Sequence[dict[str, Tensor]]
) -> None:
    """Raise ValueError unless all have the same weights and the same vocabulary."""
    shapes = [{name: tensor.shape for name, tensor in state.items()} for state in states]
    words = [_vocabulary(model) for model in models]
    for number in range(1, len(models)):
        apart = sorted({name for name, _ in shapes[number].items() ^ shapes[0].items()})
        if apart or words[number] != words[0]:
            raise ValueError(
                f"Model {number} has {f'other weights ({apart[0]})' if apart else 'other tokens'} "
                "than model 0. Only tunings of the same base can be merged."
            )


def _vocabulary(model: "SentenceTransformer") -> dict[str, int] | None:
    words: dict[str, int] | None = getattr(model.tokenizer, "get_vocab", lambda: None)()
    return words
