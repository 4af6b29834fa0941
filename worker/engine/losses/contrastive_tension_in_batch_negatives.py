"""A text is most like itself among those of its batch, seen by two copies of a model.

Legend: B rows, D dimensions.
"""

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from worker.engine.encoder import Encoder, Read, sentence_embedding
from worker.engine.losses import citations
from worker.engine.losses.names import function_name
from worker.engine.losses.two_towers import TwoTowers
from worker.engine.model.modules.module import Features
from worker.engine.similarity import Similarity, cos_sim


class ContrastiveTensionLossInBatchNegatives(TwoTowers):
    """½ (cross-entropy over rows + over columns) of sim(model1(x_i), model2(x_j)) · e^logit_scale.

    `logit_scale` begins as ln(scale) and is learned. Only the first column is read: it is the text
    that both copies see.
    Shapes: two embeddings B×D of one column → scalar ≥ 0, in nats.
    Errors: none here.
    Source: Carlsson et al. 2021, ICLR, openreview.net/forum?id=Ov_sMNau-PF; the scale:
    Radford et al. 2021, arXiv 2103.00020
    """

    def __init__(
        self, model: Encoder, scale: float = 20.0, similarity_fct: Similarity = cos_sim
    ) -> None:
        super().__init__(model)
        self.similarity_fct = similarity_fct
        self.logit_scale = nn.Parameter(torch.tensor(math.log(scale)))

    def embed(self, columns: list[Features], read: Read = sentence_embedding) -> list[Tensor]:
        towers = (self.model1, self.model)
        return [self.encoding(tower, columns[:1], read)[0] for tower in towers]

    def compute(self, embeddings: list[Tensor], labels: Tensor | None) -> Tensor:
        scores_BB = self.similarity_fct(*embeddings) * self.logit_scale.exp()
        own_B = torch.arange(len(scores_BB), device=scores_BB.device)
        return (cross_entropy(scores_BB, own_B) + cross_entropy(scores_BB.T, own_B)) / 2

    def get_config_dict(self) -> dict[str, Any]:
        return {
            "scale": self.logit_scale.exp().item(),
            "similarity_fct": function_name(self.similarity_fct),
        }

    @property
    def citation(self) -> str:
        return citations.CONTRASTIVE_TENSION
