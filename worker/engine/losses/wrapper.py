"""What wrappers share: they are losses of a loss."""

from typing import Any

from torch import Tensor, nn

from worker.engine.encoder import Encoder, Encoding, Read, sentence_embedding
from worker.engine.losses.foreign import ForeignLoss
from worker.engine.losses.loss import Loss, LossValue
from worker.engine.model.modules.module import Features


class Wrapper(Loss):
    """Takes an inner loss several times, of embeddings that it has changed.

    Columns, targets and encoding are the inner loss's, so that wrappers go around each other and
    around cached, guided and two-tower losses. A module that isn't ours becomes a `ForeignLoss`.
    """

    def __init__(self, model: Encoder, loss: nn.Module) -> None:
        super().__init__(model)
        self.loss = loss if isinstance(loss, Loss) else ForeignLoss(model, loss)

    @property
    def encoding(self) -> Encoding:
        """That of the inner loss."""
        return self.loss.encoding

    @encoding.setter
    def encoding(self, value: Encoding) -> None:
        self.loss.encoding = value

    def embed(self, columns: list[Features], read: Read = sentence_embedding) -> list[Tensor]:
        return self.loss.embed(columns, read)

    def targets(self, columns: list[Features], labels: Tensor | None) -> Any:
        return self.loss.targets(columns, labels)

    def cut(self, targets: Any, full: int, kept: int) -> Any:
        return self.loss.cut(targets, full, kept)

    @property
    def inner_name(self) -> str:
        """The inner loss's class, for the card."""
        loss = self.loss.loss if isinstance(self.loss, ForeignLoss) else self.loss
        return type(loss).__name__


def weighted(value: LossValue, weight: float) -> LossValue:
    """`value` times `weight`; of a loss with parts, each part."""
    if isinstance(value, dict):
        return {name: part * weight for name, part in value.items()}
    return value * weight


def added(one: LossValue, other: LossValue) -> LossValue:
    """The sum; of losses with parts, part by part. A part that only one has stays as it is."""
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        return one + other
    ones = one if isinstance(one, dict) else {"loss": one}
    others = other if isinstance(other, dict) else {"loss": other}
    return {
        name: ones[name] + others[name] if name in ones and name in others else part
        for name, part in {**ones, **others}.items()
    }
