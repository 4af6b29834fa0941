"""Two copies of a model that learn apart."""

import copy
from typing import Any, cast

from torch import nn

from worker.engine.encoder import Encoder
from worker.engine.losses.loss import Loss


class TwoTowers(Loss):
    """Adds a copy of the model as it stands, `model1`; the model itself, `model2`, is what is kept.

    The copy's weights are the loss's own: trained, and saved with the run.
    """

    def __init__(self, model: Encoder) -> None:
        super().__init__(model)
        self.model1: Any = copy.deepcopy(cast(nn.Module, model))

    @property
    def model2(self) -> Encoder:
        return self.model
