"""What all losses share: they are functions of embeddings."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, TypeAlias

from torch import Tensor, nn

from worker.engine.encoder import Encoder, embed_columns
from worker.engine.model.modules.module import Features

LossValue: TypeAlias = Tensor | dict[str, Tensor]
"""A scalar, or several by name; the trainer minimises their sum and logs each."""


class Loss(nn.Module, ABC):
    """A function of the embeddings of each column, and of labels where the loss takes them.

    A new loss defines `compute`; the encoder decides how the embeddings come to be. Weights that
    a loss has of its own are trained with the model and kept in checkpoints.
    """

    def __init__(self, model: Encoder) -> None:
        super().__init__()
        self.model = model

    @abstractmethod
    def compute(self, embeddings: list[Tensor], labels: Tensor | None) -> LossValue:
        """The loss of a batch: one B×D tensor a column, labels B or B×K → scalar(s)."""

    def forward(
        self, sentence_features: Iterable[Features], labels: Tensor | None = None
    ) -> LossValue:
        """Encode each column, then compute: the signature of Sentence Transformers."""
        return self.compute(embed_columns(self.model, sentence_features), labels)

    def compute_loss_from_embeddings(
        self, embeddings: list[Tensor], labels: Tensor | None = None
    ) -> LossValue:
        """`compute` by its name in Sentence Transformers."""
        return self.compute(embeddings, labels)

    def get_config_dict(self) -> dict[str, Any]:
        """The settings as JSON values, for the model card."""
        return {}

    @property
    def citation(self) -> str:
        """Whom to cite, as BibTeX; empty where there is nobody."""
        return ""


def needed(labels: Tensor | None, loss: str) -> Tensor:
    """`labels`, or a ValueError that says which column is missing."""
    if labels is None:
        raise ValueError(
            f"{loss} needs a label in every row. Name that column label or score, "
            "or choose a loss that learns from texts alone."
        )
    return labels
