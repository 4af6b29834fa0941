"""A person's own loss, seen as a function of embeddings, so that a wrapper can use it as ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn

from worker.engine.encoder import Encoder
from worker.engine.losses.loss import Loss, LossValue
from worker.engine.model.modules.module import Features


class ForeignLoss(Loss):
    """Any module with forward(sentence_features, labels) that calls the model it holds.

    While it computes, a stand-in takes the model's place in it and answers with the embedding that
    the features already carry; it is asked for each layer or width with the same texts again, and
    nothing is encoded twice. Such a module can be cached, too.
    Errors: ValueError for a module that holds no model as an attribute, so that nothing could
    stand in for it.
    """

    def __init__(self, model: Encoder, loss: nn.Module) -> None:
        super().__init__(model)
        self.loss = loss
        if not list(self._places()):
            raise ValueError(
                f"{type(loss).__name__} can't be wrapped: none of its attributes is the model. "
                "Keep the model that it calls as `self.model`, the one that the wrapper was given; "
                "or derive it from Loss and define `compute`."
            )

    def targets(self, columns: list[Features], labels: Tensor | None) -> Any:
        return columns, labels

    def cut(self, targets: Any, full: int, kept: int) -> Any:
        columns, labels = targets
        return columns, super().cut(labels, full, kept)

    def compute(self, embeddings: list[Tensor], labels: Any) -> LossValue:
        columns, given = labels
        features = [
            {**column, "sentence_embedding": embedding}
            for column, embedding in zip(columns, embeddings, strict=True)
        ]
        with self._standing_in():
            value: LossValue = self.loss(features, given)
        return value

    def _places(self) -> Iterator[tuple[nn.Module, str]]:
        """Where the module, or a module of it, keeps the model."""
        model: object = self.model
        for module in self.loss.modules():
            for name, child in module.named_children():
                if child is model:
                    yield module, name

    @contextmanager
    def _standing_in(self) -> Iterator[None]:
        places = list(self._places())
        for module, name in places:
            setattr(module, name, _StandIn(self.model))
        try:
            yield
        finally:
            for module, name in places:
                setattr(module, name, self.model)

    def get_config_dict(self) -> dict[str, Any]:
        told = getattr(self.loss, "get_config_dict", None)
        return told() if told is not None else {}

    @property
    def citation(self) -> str:
        return str(getattr(self.loss, "citation", ""))


class _StandIn(nn.Module):
    """Answers as the model would, but with the embeddings that it is shown."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, features: Features) -> Features:
        if "sentence_embedding" in features:
            return features
        found: Features = self.model(features)
        return found

    def __getattr__(self, name: str) -> Any:
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(super().__getattr__("model"), name)
