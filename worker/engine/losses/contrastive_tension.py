"""A text is most like itself, seen by two copies of a model. Legend: B rows, D dimensions."""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from worker.engine.encoder import Read, sentence_embedding
from worker.engine.losses import citations
from worker.engine.losses.two_towers import TwoTowers
from worker.engine.model.modules.module import Features
from worker.engine.similarity import pairwise_dot_score


class ContrastiveTensionLoss(TwoTowers):
    """Σ_i binary cross-entropy of model1(a_i) · model2(b_i) as a logit with label_i.

    Shapes: two embeddings B×D, the first column's by the copy; labels B of 0 and 1, or none: 1 is
    then where both texts have the same tokens → scalar ≥ 0, in nats.
    Errors: ValueError for columns other than two.
    Source: Carlsson et al. 2021, ICLR, openreview.net/forum?id=Ov_sMNau-PF
    """

    def embed(self, columns: list[Features], read: Read = sentence_embedding) -> list[Tensor]:
        if len(columns) != 2:
            raise ValueError(f"ContrastiveTensionLoss takes pairs of texts, not {len(columns)}.")
        one, other = columns
        return self.encoding(self.model1, [one], read) + self.encoding(self.model, [other], read)

    def targets(self, columns: list[Features], labels: Tensor | None) -> Tensor:
        return _same_texts(*columns) if labels is None else labels.view(-1)

    def compute(self, embeddings: list[Tensor], labels: Tensor) -> Tensor:
        logits_B = pairwise_dot_score(*embeddings)
        return binary_cross_entropy_with_logits(logits_B, labels.to(logits_B), reduction="sum")

    @property
    def citation(self) -> str:
        return citations.CONTRASTIVE_TENSION


def _same_texts(one: Features, other: Features) -> Tensor:
    """For each row 1 if both have the same tokens, whatever their padding, else 0."""
    pairs = zip(_tokens(one), _tokens(other), strict=True)
    return torch.tensor([torch.equal(a, b) for a, b in pairs], dtype=torch.float32)


def _tokens(features: Features) -> list[Tensor]:
    ids_BT: Tensor = features["input_ids"].cpu()  # a wait for the device, but one a column
    mask_BT = features.get("attention_mask")
    if mask_BT is None:
        return list(ids_BT)
    return [ids_T[mask_T] for ids_T, mask_T in zip(ids_BT, mask_BT.bool().cpu(), strict=True)]
