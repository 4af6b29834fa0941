"""The order of scores, learned from all pairs of pairs in a batch. Legend: B rows, D dimensions."""

from typing import Any

import torch
from torch import Tensor

from worker.engine.encoder import Encoder
from worker.engine.losses import citations
from worker.engine.losses.labels import one_a_row
from worker.engine.losses.loss import Loss
from worker.engine.losses.names import function_name
from worker.engine.similarity import Similarity, pairwise_cos_sim


class CoSENTLoss(Loss):
    """log(1 + Σ exp(scale · (s_j − s_i))) over all i, j of the batch with label_i > label_j.

    Shapes: two embeddings B×D, labels B → scalar ≥ 0, in nats; 0 where all labels are equal.
    Errors: ValueError without one label a row.
    Cost: memory B, time B·log B: sorted by label, the sum over all j below i is a running one.
    Source: J. Su 2022, https://kexue.fm/archives/8847
    """

    citation = citations.COSENT

    def __init__(
        self, model: Encoder, scale: float = 20.0, similarity_fct: Similarity = pairwise_cos_sim
    ) -> None:
        super().__init__(model)
        self.scale = scale
        self.similarity_fct = similarity_fct

    def compute(self, embeddings: list[Tensor], labels: Tensor | None) -> Tensor:
        a_BD, b_BD = embeddings  # the similarity raises them to 32 bits; an order needs as many
        labels_B, order_B = one_a_row(labels, len(a_BD), type(self).__name__).sort()
        s_B = (self.scale * self.similarity_fct(a_BD, b_BD))[order_B]
        # Row i pairs with every row of a smaller label: the first `below[i]` of the sorted ones.
        below_B = torch.searchsorted(labels_B, labels_B)
        sums_B = torch.logcumsumexp(s_B, dim=0)
        paired_B = below_B > 0
        gaps = sums_B[below_B[paired_B] - 1] - s_B[paired_B]
        one = s_B.new_zeros(1)  # exp(0): the 1 in log(1 + …)
        return torch.logsumexp(torch.cat([gaps, one]), dim=0)

    def get_config_dict(self) -> dict[str, Any]:
        return {"scale": self.scale, "similarity_fct": function_name(self.similarity_fct)}
