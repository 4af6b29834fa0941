"""Pairs sorted into classes. Legend: B rows, D dimensions, K classes."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

from worker.engine.encoder import Encoder
from worker.engine.losses import citations
from worker.engine.losses.labels import needed, one_a_row
from worker.engine.losses.loss import Loss, LossValue
from worker.engine.model.modules.module import Features
from worker.engine.old_names import once_called

CROSS_ENTROPY = nn.CrossEntropyLoss()


class SoftmaxLoss(Loss):
    """loss_fct(W · [u, v, |u − v|, u · v] + b, label), with the parts that are switched on.

    Shapes: two embeddings B×D, labels B (a class each) or B×K (a probability for each class) →
    scalar, in nats. The classifier W, b is trained too.
    Errors: ValueError if the labels are neither, or every part is switched off.
    Source: Conneau et al. 2017, arXiv 1705.02364; Reimers and Gurevych 2019, arXiv 1908.10084
    """

    citation = citations.SENTENCE_BERT

    @once_called(sentence_embedding_dimension="embedding_dimension")
    def __init__(
        self,
        model: Encoder,
        embedding_dimension: int,
        num_labels: int,
        concatenation_sent_rep: bool = True,
        concatenation_sent_difference: bool = True,
        concatenation_sent_multiplication: bool = False,
        loss_fct: Callable[[Tensor, Tensor], Tensor] = CROSS_ENTROPY,
    ) -> None:
        super().__init__(model)
        self.num_labels = num_labels
        self.concatenation_sent_rep = concatenation_sent_rep
        self.concatenation_sent_difference = concatenation_sent_difference
        self.concatenation_sent_multiplication = concatenation_sent_multiplication
        parts = 2 * concatenation_sent_rep + concatenation_sent_difference
        parts += concatenation_sent_multiplication
        if not parts:
            raise ValueError(
                "SoftmaxLoss needs something to look at: switch on one concatenation_sent_…."
            )
        self.classifier = nn.Linear(parts * embedding_dimension, num_labels, device=model.device)
        self.loss_fct = loss_fct

    def forward(  # type: ignore[override]  # upstream's second use: without labels, a prediction
        self, sentence_features: Iterable[Features], labels: Tensor | None = None
    ) -> LossValue | tuple[list[Tensor], Tensor]:
        """The loss; without labels the embeddings of both columns and the logits B×K."""
        if labels is not None:
            return super().forward(sentence_features, labels)
        embeddings = self.embed(list(sentence_features))
        return embeddings, self.classify(embeddings)

    def compute(self, embeddings: list[Tensor], labels: Tensor | None) -> Tensor:
        logits_BK = self.classify(embeddings)
        wanted = needed(labels, type(self).__name__)
        # One column of labels is a class each; K columns are probabilities.
        are_probabilities = self.num_labels > 1 and wanted.shape == logits_BK.shape
        if not are_probabilities:
            wanted = one_a_row(wanted, len(logits_BK), type(self).__name__)
        return self.loss_fct(logits_BK, wanted)

    def classify(self, embeddings: list[Tensor]) -> Tensor:
        """Two embeddings B×D → logits B×K."""
        u_BD, v_BD = embeddings
        parts = [u_BD, v_BD] if self.concatenation_sent_rep else []
        if self.concatenation_sent_difference:
            parts.append((u_BD - v_BD).abs())
        if self.concatenation_sent_multiplication:
            parts.append(u_BD * v_BD)
        logits_BK: Tensor = self.classifier(
            torch.cat(parts, dim=1).to(self.classifier.weight.dtype)
        )
        return logits_BK

    def get_config_dict(self) -> dict[str, Any]:
        return {
            "num_labels": self.num_labels,
            "concatenation_sent_rep": self.concatenation_sent_rep,
            "concatenation_sent_difference": self.concatenation_sent_difference,
            "concatenation_sent_multiplication": self.concatenation_sent_multiplication,
        }
