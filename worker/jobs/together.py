"""The processes that train one model together: they meet, agree, and the first tells the others."""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import torch
from accelerate import PartialState
from torch import distributed

T = TypeVar("T")

PATIENCE = timedelta(days=7)
"""For a process that waits while the first one measures. Their supervisor knows sooner and better
when one of them is gone, or hangs."""


class Together:
    """This process among `size`, of which the supervisor told it by its environment.

    Who is to stop learns it by a signal, each at another step; so they ask each other after every
    step, over a group of its own on the processor, where no graphics card has to be waited for.
    """

    def __init__(self) -> None:
        self.size = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = int(os.environ.get("RANK", "0"))
        if self.size > 1:
            PartialState(cpu=not torch.cuda.is_available(), timeout=PATIENCE)
            self._talk = distributed.new_group(backend="gloo", timeout=PATIENCE)

    @property
    def is_first(self) -> bool:
        """Whether this one speaks for all: it measures, tells and saves."""
        return self.rank == 0

    def first_tells(self, find: Callable[[], T]) -> T:
        """What the first process finds, in every process."""
        told = [find() if self.is_first else None]
        if self.size > 1:
            distributed.broadcast_object_list(told, src=0, group=self._talk)
        return told[0]  # type: ignore[return-value]  # it is the first one's by now

    def any(self, is_so: bool) -> bool:
        """Whether it is so in any of them; all get the same answer."""
        if self.size == 1:
            return is_so
        said = torch.tensor(int(is_so))
        distributed.all_reduce(said, op=distributed.ReduceOp.MAX, group=self._talk)
        return bool(said)
