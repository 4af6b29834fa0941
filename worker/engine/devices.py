"""Which device this process works on, and tensors on the way to it or back."""

import importlib.util
import os
from typing import Any

import torch
from torch import Tensor
from transformers.utils.import_utils import is_torch_npu_available

from worker.engine.process_group import get_rank


def get_device_name() -> str:
    """The fastest device here: "cuda:0", "mps", "npu", "xpu", "hpu" or "cpu".

    Of several graphics cards, the one of this process: LOCAL_RANK, else its rank.
    """
    if torch.cuda.is_available():
        rank = get_rank() if get_rank() < torch.cuda.device_count() else 0
        return f"cuda:{int(os.environ.get('LOCAL_RANK', rank))}"
    if torch.backends.mps.is_available():
        return "mps"
    if is_torch_npu_available():
        return "npu"
    if torch.xpu.is_available():
        return "xpu"
    return "hpu" if importlib.util.find_spec("habana_frameworks") else "cpu"


def batch_to_device(batch: dict[str, Any], target_device: torch.device) -> dict[str, Any]:
    """`batch` with every tensor in it on `target_device`; it is changed in place."""
    for name, value in batch.items():
        if isinstance(value, Tensor):
            batch[name] = value.to(target_device)
    return batch


def move_tensors_to_cpu(value: Any) -> Any:
    """`value` with every tensor in its lists, tuples and dictionaries on the CPU."""
    if isinstance(value, Tensor):
        return value.cpu()
    if isinstance(value, dict):
        return {name: move_tensors_to_cpu(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(move_tensors_to_cpu(item) for item in value)
    return value
