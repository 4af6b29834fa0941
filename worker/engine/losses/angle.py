"""The order of scores, learned from angles. Legend: B rows, D dimensions, N negatives a row."""

import torch
from torch import Tensor

from worker.engine.encoder import Encoder
from worker.engine.losses import citations
from worker.engine.losses.cosent import CoSENTLoss
from worker.engine.losses.labels import one_a_row
from worker.engine.similarity import pairwise_angle_sim


class AnglELoss(CoSENTLoss):
    """CoSENT whose similarity is the angle in complex space, which doesn't flatten near 0 and 1.

    With more than two columns each text is paired with the anchor: the positive has the row's
    label y (1 where there are no labels), each negative 1 − y, and all are put in one order.
    Shapes: two embeddings B×D, labels B; or anchor, positive and N negatives B×D, with labels B or
    without → scalar ≥ 0, in nats.
    Errors: ValueError without labels for two columns, or not one a row.
    Source: Li and Li 2024, arXiv 2309.12871
    """

    citation = citations.ANGLE

    def __init__(self, model: Encoder, scale: float = 20.0) -> None:
        super().__init__(model, scale, pairwise_angle_sim)

    def compute(self, embeddings: list[Tensor], labels: Tensor | None) -> Tensor:
        anchor_BD, *others = embeddings
        if len(others) == 1:
            return super().compute(embeddings, labels)
        given = anchor_BD.new_ones(len(anchor_BD)) if labels is None else labels
        labels_B = one_a_row(given, len(anchor_BD), type(self).__name__)
        negatives = len(others) - 1
        return super().compute(
            [anchor_BD.repeat(len(others), 1), torch.cat(others)],
            torch.cat([labels_B, (1 - labels_B).repeat(negatives)]),
        )
