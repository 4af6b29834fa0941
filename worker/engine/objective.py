"""Model and loss as one module: what the optimizer sees and what is wrapped for many devices.

The loss's own weights are then trained, averaged over devices and set to zero like the model's.
"""

from typing import Any

from torch import Tensor, nn

from worker.engine.losses.loss import LossValue
from worker.engine.model import SentenceTransformer
from worker.engine.model.modules.module import Features


class Objective(nn.Module):
    """forward(sentence_features, labels) is the loss of one batch."""

    accepts_loss_kwargs = False

    def __init__(self, model: SentenceTransformer, loss: nn.Module) -> None:
        super().__init__()
        self.model = model  # first: its weights keep their names, and the loss's own come after
        self.loss = loss

    def forward(self, sentence_features: list[Features], labels: Tensor | None = None) -> LossValue:
        value: LossValue = self.loss(sentence_features, labels)
        return value

    def loss_weights(self) -> dict[str, Tensor]:
        """The tensors that belong to the loss alone, by their names in the loss."""
        models = {id(t) for t in self.model.state_dict(keep_vars=True).values()}
        own = self.loss.state_dict(keep_vars=True)
        return {name: t.detach() for name, t in own.items() if id(t) not in models}

    def load_loss_weights(self, weights: dict[str, Any]) -> None:
        """Put back what `loss_weights` gave. Raises ValueError if it is of another loss."""
        wanted = set(self.loss_weights())
        if wanted != set(weights):
            raise ValueError(
                f"The checkpoint holds the weights {sorted(weights)} of its loss; this loss has "
                f"{sorted(wanted)}. Resume with the loss and settings that the run began with."
            )
        self.loss.load_state_dict(weights, strict=False)  # all but the model's, which are loaded
