"""What a training takes, seen from within: seconds by what they went to, and the most memory."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import torch

from backend.recipes.estimate import model_facts
from backend.recipes.estimate.model_facts import ModelFacts
from backend.recipes.estimate.reckoned import CONTEXT_BYTES
from backend.recipes.estimate.speed import CPU
from backend.recipes.estimate.spent import Spent
from worker import devices
from worker.engine.model import SentenceTransformer

_STATUS = Path("/proc/self/status")
_PEAK = "VmHWM:"


class Spending:
    """Begins with the order. Between two steps the trainer measures and saves: what comes before
    its word that it has done so, went to that."""

    def __init__(self) -> None:
        self._began = self._marked = time.monotonic()
        self._first_step = self._step = 0
        self._training_seconds = self._evaluation_seconds = 0.0

    @contextmanager
    def evaluation(self) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self._evaluation_seconds += time.monotonic() - began

    def training_begins(self, step: int) -> None:
        self._first_step = self._step = step
        self._lap()

    def stepped(self, step: int) -> None:
        self._step = step
        self._training_seconds += self._lap()

    def evaluated(self) -> None:
        self._evaluation_seconds += self._lap()

    def saved(self) -> None:
        self._lap()

    def _lap(self) -> float:
        before, self._marked = self._marked, time.monotonic()
        return self._marked - before

    def told(
        self,
        base_model: str,
        model: SentenceTransformer,
        folder: Path,
        ranks: int,
        resumed: Path | None,
    ) -> Spent:
        """All of it so far. `ranks` processes trained together, from the checkpoint `resumed`."""
        return Spent(
            host=socket.gethostname(),
            device=device_name(),
            ranks=ranks,
            steps=self._step - self._first_step,
            seconds=time.monotonic() - self._began,
            training_seconds=self._training_seconds,
            evaluation_seconds=self._evaluation_seconds,
            memory_bytes=peak_bytes(),
            disk_bytes=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
            base_model=base_model,
            model=facts_of(model),
            was_resumed=resumed is not None,
        )


def device_name() -> str:
    """What a training of this process computes on, as its supervisor calls it."""
    if not torch.cuda.is_available():
        return CPU
    return next((device.name for device in devices.found()), torch.cuda.get_device_name())


def peak_bytes() -> int:
    """The most that this process has held: of the GPU where it has one, else of the machine."""
    if torch.cuda.is_available():
        return torch.cuda.max_memory_reserved() + CONTEXT_BYTES
    try:
        lines = _STATUS.read_text().splitlines()
    except OSError:  # not on Linux
        return int(psutil.Process().memory_info().rss)
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(_PEAK))


def facts_of(model: SentenceTransformer) -> ModelFacts:
    """How large it is. One without a transformer has no layers."""
    transformer: Any = getattr(model[0], "auto_model", None)
    config = transformer.config.to_dict() if transformer is not None else {}
    parameters = sum(each.numel() for each in model.parameters())
    limit = model.max_seq_length
    return model_facts.of_config(config, parameters, limit if isinstance(limit, int) else None)
