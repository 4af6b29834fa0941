"""Where a model's weights lie: on one device, or spread by accelerate as a `device_map` asks."""

import logging
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from worker.engine.model.sentence_transformer import SentenceTransformer

log = logging.getLogger(__name__)


def place_on(model: "SentenceTransformer", device: Any) -> None:
    """Move `model` to `device`, unless it is None or accelerate placed the model."""
    if device is None:
        return
    if dispatch_device(model) is not None:
        log.warning("device=%s is passed over: a device_map has placed this model.", device)
    elif torch.empty(0, device=device).device != model.device:
        model.to(device)


def dispatch_device(model: nn.Module) -> torch.device | None:
    """Where accelerate takes the inputs of a model that it placed; None if it placed nothing."""
    for module in model.modules():
        hook = getattr(module, "_hf_hook", None)
        for one in (hook, *getattr(hook, "hooks", ())):
            device = getattr(one, "execution_device", None)
            if device is not None:
                return torch.device(device)
    return None


def align(self: "SentenceTransformer") -> None:
    """Give every module after the first the device, and the precision, of what it gets."""
    first = next(self[0].parameters(), None)
    if first is None:
        return
    device = dispatch_device(self) or first.device
    for module in list(self)[1:]:
        module.to(device=device, dtype=first.dtype)
