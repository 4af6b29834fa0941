"""Embeddings spread over the whole sphere. Legend: B rows, D dimensions, N columns."""

from typing import Any, Literal, TypeAlias, get_args

import torch
from torch import Tensor

from worker.engine.encoder import Encoder
from worker.engine.losses import citations
from worker.engine.losses.loss import Loss
from worker.engine.losses.names import function_name
from worker.engine.similarity import Similarity, cos_sim

Aggregation: TypeAlias = Literal["mean", "sum"]


class GlobalOrthogonalRegularizationLoss(Loss):
    """(mean s)² and relu(mean s² − 1/D), s the similarities of different rows of one column.

    Both are 0 for points drawn evenly from a sphere of D dimensions. The mean (or the sum) over
    columns, each times its weight; one with no weight is left out.
    Shapes: N embeddings B×D → {"gor_mean": scalar ≥ 0, "gor_second_moment": scalar ≥ 0}.
    Errors: ValueError if neither has a weight, or for an unknown aggregation.
    Source: Zhang et al. 2017, arXiv 1708.06320
    """

    citation = citations.SPREAD_OUT

    def __init__(
        self,
        model: Encoder,
        similarity_fct: Similarity = cos_sim,
        mean_weight: float | None = 1.0,
        second_moment_weight: float | None = 1.0,
        aggregation: Aggregation = "mean",
    ) -> None:
        super().__init__(model)
        if not mean_weight and not second_moment_weight:
            raise ValueError("Give mean_weight or second_moment_weight: without both, all is 0.")
        if aggregation not in get_args(Aggregation):
            raise ValueError(f"aggregation is mean or sum, not {aggregation!r}.")
        self.similarity_fct = similarity_fct
        self.mean_weight = mean_weight
        self.second_moment_weight = second_moment_weight
        self.aggregation = aggregation

    def compute(self, embeddings: list[Tensor], labels: Tensor | None) -> dict[str, Tensor]:
        moments_2N = torch.stack([self._moments(column_BD) for column_BD in embeddings], dim=1)
        over_columns = torch.sum if self.aggregation == "sum" else torch.mean
        mean, second_moment = over_columns(moments_2N, dim=1)
        weighted = {
            "gor_mean": (self.mean_weight, mean),
            "gor_second_moment": (self.second_moment_weight, second_moment),
        }
        return {name: weight * value for name, (weight, value) in weighted.items() if weight}

    def _moments(self, rows_BD: Tensor) -> Tensor:
        """Both terms of one column: B×D → 2."""
        rows, dimensions = rows_BD.shape
        itself_BB = torch.eye(rows, dtype=torch.bool, device=rows_BD.device)
        s_BB = self.similarity_fct(rows_BD, rows_BD).masked_fill(itself_BB, 0)
        pairs = max(rows * (rows - 1), 1)
        mean, mean_of_squares = s_BB.sum() / pairs, (s_BB**2).sum() / pairs
        return torch.stack([mean**2, torch.relu(mean_of_squares - 1 / dimensions)])

    def get_config_dict(self) -> dict[str, Any]:
        return {
            "similarity_fct": function_name(self.similarity_fct),
            "mean_weight": self.mean_weight,
            "second_moment_weight": self.second_moment_weight,
            "aggregation": self.aggregation,
        }
