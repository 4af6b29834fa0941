"""What is logged beside the loss: its parts, and the loss on each dataset."""

from collections import defaultdict

import torch
from accelerate.utils import gather_object
from torch import Tensor

from worker.engine.losses.loss import LossValue


class LossLog:
    """Sums values by name until they are told, as means over the batches that had them.

    With `skip_nan` a value that is no number counts as the mean before it, as it does in the
    trainer's own `loss`. Nothing waits for the device until `means`.
    """

    def __init__(self, skip_nan: bool) -> None:
        self.skip_nan = skip_nan
        self._sums: dict[str, Tensor] = {}
        self._counts: defaultdict[str, int] = defaultdict(int)

    def add(self, value: LossValue, total: Tensor, dataset: str | None) -> None:
        """Note the loss of one batch: its parts by name, its `total` by "loss/{dataset}"."""
        parts = dict(value) if isinstance(value, dict) else {}
        if dataset is not None:
            parts[f"loss/{dataset}"] = total  # a slash can't be in the name of a part of ours
        for name, part in parts.items():
            self._add(name, part.detach().float())

    def _add(self, name: str, value: Tensor) -> None:
        count = self._counts[name]
        before = self._sums.get(name, torch.zeros_like(value))
        if self.skip_nan:
            value = torch.where(torch.isfinite(value), value, before / max(count, 1))
        self._sums[name] = before + value
        self._counts[name] = count + 1

    def means(self) -> dict[str, float]:
        """The mean of each name over all processes; every one of them has to call this."""
        own = [(name, float(self._sums[name]), count) for name, count in self._counts.items()]
        self._sums.clear()
        self._counts.clear()
        sums: defaultdict[str, float] = defaultdict(float)
        counts: defaultdict[str, int] = defaultdict(int)
        for name, total, count in gather_object(own):
            sums[name] += total
            counts[name] += count
        return {name: sums[name] / counts[name] for name in sums}
