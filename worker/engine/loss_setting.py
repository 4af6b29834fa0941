"""What a person may give as `loss`, and the modules that come of it."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias

from torch import nn

from worker.engine.losses import CoSENTLoss
from worker.engine.model import SentenceTransformer

OneLoss: TypeAlias = nn.Module | Callable[[Any], nn.Module]
"""A loss, or a class or function that makes one for a model."""

LossSetting: TypeAlias = OneLoss | Mapping[str, OneLoss] | None
"""One loss for all datasets, or one by each dataset's name; None is CoSENTLoss."""

Losses: TypeAlias = nn.Module | dict[str, nn.Module]


def make(setting: LossSetting, model: SentenceTransformer) -> Losses:
    """The losses over `model`. One that was made for an earlier model is given this one."""
    if isinstance(setting, Mapping):
        return {name: _one(loss, model) for name, loss in setting.items()}
    return _one(setting or CoSENTLoss, model)


def _one(loss: OneLoss, model: SentenceTransformer) -> nn.Module:
    if isinstance(loss, nn.Module):
        _give(loss, model)
        return loss
    return loss(model)


def _give(loss: nn.Module, model: SentenceTransformer) -> None:
    """Put `model` in the place of another under the name "model", in wrapped losses too."""
    for name, child in loss.named_children():
        if isinstance(child, SentenceTransformer):
            if name == "model" and child is not model:
                loss.model = model
        else:
            _give(child, model)


def demand_all(losses: Losses, datasets: Collection[str] | None, kind: str) -> None:
    """Raise ValueError unless each of the `kind` datasets has a loss of its name.

    `datasets` is None where there is one without a name.
    """
    if not isinstance(losses, dict):
        return
    if datasets is None:
        raise ValueError(
            f"The loss is by dataset ({', '.join(losses)}), but {kind}_dataset is one dataset "
            "without a name. Give {name: dataset}, or one loss."
        )
    if missing := [name for name in datasets if name not in losses]:
        raise ValueError(
            f"The loss has nothing for {' and '.join(missing)} of {kind}_dataset; it has "
            f"{', '.join(losses)}. Add a loss of that name."
        )
