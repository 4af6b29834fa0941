"""How many layers a model's transformer has, and the same model with its last ones left out.

What is left is a checkpoint like any other, whose configuration says how deep it is. A model of
which nothing was taught to be shallower (AdaptiveLayerLoss) usually loses by it.
Source: Li et al. 2024, arXiv 2402.14776
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from torch import nn

from worker.engine.model.modules.weighted_layer_pooling import WeightedLayerPooling

if TYPE_CHECKING:
    from worker.engine.model.sentence_transformer import SentenceTransformer


def layer_count(model: "SentenceTransformer") -> int | None:
    """How many layers there are; None where none can be left out: the model has no transformer, its
    layers can't be told, other modules look at several of them, or an adapter lies on them."""
    return None if (found := _layers(model)) is None else len(found.layers)


def keep_layers(model: "SentenceTransformer", count: int) -> None:
    """Leave out all but the first `count` layers, in place.

    Raises ValueError for a model of which none can be left out, or that hasn't as many.
    """
    found = _layers(model)
    if found is None:
        raise ValueError("No layers of this model can be left out.")
    if not 1 <= count <= len(found.layers):
        raise ValueError(
            f"The model has {len(found.layers)} layers; {count} can't be kept of them."
        )
    for name, values in _of_each_layer(found.config, len(found.layers)):
        setattr(found.config, name, values[:count])
    found.config.num_hidden_layers = count
    setattr(found.parent, found.name, found.layers[:count])


@dataclass(frozen=True)
class _Layers:
    """The layers, and where they hang: an attribute of `parent`. `config` tells how many there are."""

    config: Any
    parent: nn.Module
    name: str
    layers: nn.ModuleList


def _layers(model: "SentenceTransformer") -> _Layers | None:
    transformer: Any = getattr(model[0], "auto_model", None) if len(model) else None
    if transformer is None or hasattr(transformer, "peft_config"):
        return None
    if any(isinstance(module, WeightedLayerPooling) for module in model):
        return None
    count = getattr(transformer.config, "num_hidden_layers", None)
    lists = {
        path: module
        for path, module in transformer.named_modules()
        if isinstance(module, nn.ModuleList) and len(module) == count
    }
    outer = [path for path in lists if not any(path.startswith(f"{each}.") for each in lists)]
    if len(outer) != 1 or count == 1:
        return None
    parent, _, name = outer[0].rpartition(".")
    return _Layers(transformer.config, transformer.get_submodule(parent), name, lists[outer[0]])


def _of_each_layer(config: Any, count: int) -> Iterator[tuple[str, Sequence[Any]]]:
    """What the configuration says of each layer by itself: whether its attention is local, …"""
    for name, value in list(vars(config).items()):
        if "layer" in name and isinstance(value, list | tuple) and len(value) == count:
            yield name, value
