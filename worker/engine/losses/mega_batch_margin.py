"""The nearest wrong answer of a large batch. Legend: B rows, R some of them, D dimensions."""

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import relu

from worker.engine.encoder import Encoder
from worker.engine.losses import citations
from worker.engine.losses.loss import Loss
from worker.engine.losses.score_rows import mean_over_rows
from worker.engine.similarity import cos_sim


class MegaBatchMarginLoss(Loss):
    """mean_i [relu(positive_margin − cos(a_i, p_i)) + relu(max_{j≠i} cos(a_i, p_j)
    − negative_margin)].

    Larger batches hold nearer wrong answers: take 500 rows and more. With
    `use_mini_batched_version`, the default, gradients are cached: see encoder/cached.py.
    Shapes: two embeddings B×D → scalar ≥ 0.
    Errors: ValueError for more columns than two, which it could make no use of.
    Source: Wieting and Gimpel 2018, ACL, P18-1042
    """

    def __init__(
        self,
        model: Encoder,
        positive_margin: float = 0.8,
        negative_margin: float = 0.3,
        use_mini_batched_version: bool = True,
        mini_batch_size: int = 50,
        mini_batch_num_tokens: int | None = None,
        show_progress_bar: bool = False,
    ) -> None:
        super().__init__(model)
        self.positive_margin = positive_margin
        self.negative_margin = negative_margin
        self.mini_batch_size = mini_batch_size
        self.mini_batch_num_tokens = mini_batch_num_tokens
        if use_mini_batched_version:
            self.cached(mini_batch_size, mini_batch_num_tokens, show_progress_bar)

    def compute(self, embeddings: list[Tensor], labels: Tensor | None) -> Tensor:
        if len(embeddings) != 2:
            raise ValueError(
                "MegaBatchMarginLoss takes two columns, anchor and positive, and finds the nearest "
                f"wrong answer itself; there are {len(embeddings)}. Leave the others out, or "
                "choose CachedMultipleNegativesRankingLoss, which learns from given negatives."
            )
        anchors_BD, positives_BD = embeddings

        def loss_of(rows: slice) -> Tensor:
            cosines_RB = cos_sim(anchors_BD[rows], positives_BD)
            own_R1 = torch.arange(rows.start, rows.stop, device=cosines_RB.device).unsqueeze(1)
            right_R = cosines_RB.gather(1, own_R1).squeeze(1)
            wrong_R = cosines_RB.scatter(1, own_R1, float("-inf")).amax(dim=1)
            return relu(self.positive_margin - right_R) + relu(wrong_R - self.negative_margin)

        return mean_over_rows(loss_of, len(anchors_BD), self.encoding.score_rows)

    def get_config_dict(self) -> dict[str, Any]:
        return {
            "positive_margin": self.positive_margin,
            "negative_margin": self.negative_margin,
            "mini_batch_size": self.mini_batch_size,
            "mini_batch_num_tokens": self.mini_batch_num_tokens,
        }

    @property
    def citation(self) -> str:
        return citations.PARANMT
