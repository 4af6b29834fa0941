"""Which numbers a training computes with, and whether this machine's processor has them."""

import torch

from backend.recipes.schemas import Arguments
from worker.jobs.ending import Refused

AMPERE = (8, 0)
"""From this generation on NVIDIA's cards have bf16 and tf32."""


def demand(asked: Arguments) -> None:
    """Raises Refused where this machine has no processor for the precision that is asked for."""
    names = [name for name in ("bf16", "fp16", "tf32") if getattr(asked, name)]
    if not names:
        return
    if not torch.cuda.is_available():
        raise Refused(
            "no_such_precision",
            f"This worker can't train with {names[0]}",
            "bf16, fp16 and tf32 need a GPU; on this processor the first two would be many times "
            "slower, and it has no tf32. Leave them out of the arguments.",
        )
    if names[0] != "fp16" and torch.cuda.get_device_capability() < AMPERE:
        instead = "choose fp16 instead" if names[0] == "bf16" else "leave it out of the arguments"
        raise Refused(
            "no_such_precision",
            f"This worker can't train with {names[0]}",
            f"{torch.cuda.get_device_name()} has none: cards have it from the Ampere generation on. "
            f"Let a worker with a newer one train it, or {instead}.",
        )
