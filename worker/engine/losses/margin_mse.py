"""The margins of a teacher's scores, learned. Legend: B rows, D dimensions, N negatives a row."""

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import mse_loss

from worker.engine.encoder import Encoder
from worker.engine.losses import citations
from worker.engine.losses.labels import needed
from worker.engine.losses.loss import Loss
from worker.engine.losses.names import function_name
from worker.engine.similarity import Similarity, pairwise_dot_score


class MarginMSELoss(Loss):
    """mean ((s(query, positive) − s(query, negative)) − margin)², the margin being the teacher's.

    Shapes: query, positive and N negatives B×D; labels B×N, the teacher's margins (with one
    negative B too), or B×(N + 1), its scores of the positive and of the negatives, whose
    differences are the margins → scalar ≥ 0.
    Errors: ValueError for labels of another shape.
    Source: Hofstätter et al. 2020, arXiv 2010.02666
    """

    citation = citations.MARGIN_MSE

    def __init__(self, model: Encoder, similarity_fct: Similarity = pairwise_dot_score) -> None:
        super().__init__(model)
        self.similarity_fct = similarity_fct

    def compute(self, embeddings: list[Tensor], labels: Tensor | None) -> Tensor:
        query_BD, positive_BD, *negatives = embeddings
        right_B = self.similarity_fct(query_BD, positive_BD)
        wrong_BN = torch.stack([self.similarity_fct(query_BD, n_BD) for n_BD in negatives], dim=1)
        margins_BN = right_B[:, None] - wrong_BN
        return mse_loss(margins_BN, self._wanted(labels, margins_BN))

    def _wanted(self, labels: Tensor | None, margins_BN: Tensor) -> Tensor:
        rows, negatives = margins_BN.shape
        given = needed(labels, type(self).__name__).detach().to(margins_BN.dtype)
        if given.shape == (rows, negatives + 1):
            given = given[:, :1] - given[:, 1:]
        if given.shape == (rows,):
            given = given[:, None]
        if given.shape != (rows, negatives):
            raise ValueError(
                f"MarginMSELoss takes {negatives} margins a row here, one a negative, or "
                f"{negatives + 1} scores, the positive's first; the label column gives the shape "
                f"{tuple(given.shape)} for {rows} rows. Give each row a list of that length, or "
                "as many columns of negatives as the lists have margins."
            )
        return given

    def get_config_dict(self) -> dict[str, Any]:
        return {"similarity_fct": function_name(self.similarity_fct)}
