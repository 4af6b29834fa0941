"""Each text nearer to its partner than to the others of the batch.

Legend: B rows; K candidates = every document of the batch, of all devices if gathered:
all positives, then all first negatives, then all second …; D dimensions.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias, get_args

import torch
from torch import Tensor

from worker.engine.encoder import Encoder
from worker.engine.losses import citations
from worker.engine.losses.loss import Loss
from worker.engine.losses.names import function_name
from worker.engine.losses.score_rows import mean_over_rows
from worker.engine.process_group import all_gather_with_grad, get_rank
from worker.engine.similarity import Similarity, cos_sim

log = logging.getLogger(__name__)

Direction: TypeAlias = Literal["query_to_doc", "query_to_query", "doc_to_query", "doc_to_doc"]
PartitionMode: TypeAlias = Literal["joint", "per_direction"]
HardnessMode: TypeAlias = Literal["in_batch_negatives", "hard_negatives", "all_negatives"]


class MultipleNegativesRankingLoss(Loss):
    """mean_i (Z_i − scale · sim(query_i, positive_i)): InfoNCE; other texts are the negatives.

    Z_i is the log-sum-exp over the scores of all `directions` together ("joint"), or the mean of
    the log-sum-exp of each ("per_direction"). `query_to_doc` compares query i with all documents,
    `doc_to_query` its positive with all queries, `query_to_query` and `doc_to_doc` texts of one
    side, leaving out a query's own. `hardness_mode` adds strength · sim, as a constant without a
    gradient, to the scores of the chosen negatives of query_to_doc: the more alike, the heavier.
    Shapes: two or more embeddings B×D (anchor, positive, negatives …) → scalar ≥ 0, in nats.
    Errors: ValueError for an unknown setting, two that exclude each other, or a single column.
    Source: van den Oord et al. 2018, arXiv 1807.03748; all four directions: Li et al. 2023,
    arXiv 2308.03281; hardness: Lan et al. 2025, arXiv 2503.04812
    """

    def __init__(
        self,
        model: Encoder,
        scale: float = 20.0,
        similarity_fct: Similarity = cos_sim,
        gather_across_devices: bool = False,
        directions: Sequence[Direction] = ("query_to_doc",),
        partition_mode: PartitionMode = "joint",
        hardness_mode: HardnessMode | None = None,
        hardness_strength: float = 0.0,
    ) -> None:
        super().__init__(model)
        _check(scale, directions, partition_mode, hardness_mode, hardness_strength)
        self.scale = scale
        self.similarity_fct = similarity_fct
        self.gather_across_devices = gather_across_devices
        self.directions = tuple(directions)
        self.partition_mode = partition_mode
        self.hardness_mode = hardness_mode
        self.hardness_strength = hardness_strength

    def compute(self, embeddings: list[Tensor], labels: Tensor | None) -> Tensor:
        if len(embeddings) < 2:
            raise ValueError("This loss needs two columns of texts or more: anchor and positive.")
        queries_BD, *columns = embeddings
        batch = len(queries_BD)
        all_queries, all_columns = queries_BD, columns
        first = 0  # where this device's rows begin among the gathered ones
        if self.gather_across_devices:
            all_queries = all_gather_with_grad(queries_BD)
            all_columns = [all_gather_with_grad(column_BD) for column_BD in columns]
            first = get_rank() * batch
        own_B = torch.arange(first, first + batch, device=queries_BD.device)
        documents_KD = torch.cat(all_columns)

        def loss_of(rows: slice) -> Tensor:
            queries_RD, positives_RD = queries_BD[rows], columns[0][rows]
            return self._losses(
                Batches(queries_RD, positives_RD, all_queries, documents_KD, own_B[rows])
            )

        return mean_over_rows(loss_of, batch, self.encoding.score_rows)

    def _losses(self, batches: "Batches") -> Tensor:
        """One loss for each query: B, or the rows of it that `batches` has."""
        forward_BK = self._query_to_doc(batches)
        scores = {"query_to_doc": forward_BK} | {
            direction: _SCORES[direction](self.similarity_fct, batches) * self.scale
            for direction in self.directions
            if direction != "query_to_doc"
        }
        if self.partition_mode == "joint":
            z_B = torch.logsumexp(torch.cat(list(scores.values()), dim=1), dim=1)
        else:
            z_B = torch.stack([torch.logsumexp(s, dim=1) for s in scores.values()]).mean(dim=0)
        row_B = torch.arange(len(forward_BK), device=forward_BK.device)
        return z_B - forward_BK[row_B, batches.own_B]  # gather() would keep the table for backward

    def _query_to_doc(self, batches: "Batches") -> Tensor:
        raw_BK = self.similarity_fct(batches.queries_BD, batches.documents_KD)
        scores_BK = raw_BK * self.scale
        if self.hardness_mode is None or not self.hardness_strength:
            return scores_BK
        chosen_BK = _HARDENED[self.hardness_mode](batches)
        return scores_BK + self.hardness_strength * raw_BK.detach() * chosen_BK

    @property
    def temperature(self) -> float:
        """What scores are divided by: 1 / scale."""
        return 1 / self.scale

    def get_config_dict(self) -> dict[str, Any]:
        return {
            "scale": self.scale,
            "similarity_fct": function_name(self.similarity_fct),
            "gather_across_devices": self.gather_across_devices,
            "directions": list(self.directions),
            "partition_mode": self.partition_mode,
            "hardness_mode": self.hardness_mode,
            "hardness_strength": self.hardness_strength,
        }

    @property
    def citation(self) -> str:
        return _CITED.get((frozenset(self.directions), self.partition_mode), citations.INFO_NCE)


class Batches:
    """The sides of a batch that the directions compare, and which of them belong together."""

    def __init__(
        self,
        queries_BD: Tensor,
        positives_BD: Tensor,
        queries: Tensor,
        documents: Tensor,
        own_B: Tensor,
    ) -> None:
        self.queries_BD = queries_BD
        self.positives_BD = positives_BD
        self.all_queries_ND = queries
        self.documents_KD = documents
        self.own_B = own_B

    @property
    def is_positive_BK(self) -> Tensor:
        place_K = torch.arange(len(self.documents_KD), device=self.own_B.device)
        return self.own_B.unsqueeze(1) == place_K

    @property
    def is_own_BK(self) -> Tensor:
        """Of each query: its positive and its hard negatives."""
        place_K = torch.arange(len(self.documents_KD), device=self.own_B.device)
        return self.own_B.unsqueeze(1) == place_K % len(self.all_queries_ND)

    @property
    def is_self_BN(self) -> Tensor:
        place_N = torch.arange(len(self.all_queries_ND), device=self.own_B.device)
        return self.own_B.unsqueeze(1) == place_N


NEVER = float("-inf")

_SCORES: dict[str, Callable[[Similarity, Batches], Tensor]] = {
    "query_to_query": lambda sim, b: sim(b.queries_BD, b.all_queries_ND).masked_fill(
        b.is_self_BN, NEVER
    ),
    "doc_to_query": lambda sim, b: sim(b.all_queries_ND, b.positives_BD).T,
    "doc_to_doc": lambda sim, b: sim(b.documents_KD, b.positives_BD).T.masked_fill(
        b.is_own_BK, NEVER
    ),
}

_HARDENED: dict[str, Callable[[Batches], Tensor]] = {
    "in_batch_negatives": lambda b: ~b.is_own_BK,
    "hard_negatives": lambda b: b.is_own_BK & ~b.is_positive_BK,
    "all_negatives": lambda b: ~b.is_positive_BK,
}
"""Which candidates of each query the penalty falls on."""


def _check(
    scale: float,
    directions: Sequence[str],
    partition_mode: str,
    hardness_mode: str | None,
    strength: float,
) -> None:
    if not scale > 0:
        raise ValueError(f"scale is above 0, not {scale}.")
    if unknown := [d for d in directions if d not in get_args(Direction)]:
        raise ValueError(
            f"directions are {', '.join(get_args(Direction))}; not {', '.join(unknown)}."
        )
    if "query_to_doc" not in directions:
        raise ValueError("directions name query_to_doc, which holds the right answer, and others.")
    if partition_mode not in get_args(PartitionMode):
        raise ValueError(f"partition_mode is joint or per_direction, not {partition_mode!r}.")
    if partition_mode == "per_direction" and {"query_to_query", "doc_to_doc"} & set(directions):
        raise ValueError(
            "query_to_query and doc_to_doc hold no right answer, so they can't stand alone: "
            'choose partition_mode="joint".'
        )
    if hardness_mode is not None and hardness_mode not in get_args(HardnessMode):
        raise ValueError(
            f"hardness_mode is None or one of {', '.join(get_args(HardnessMode))}, "
            f"not {hardness_mode!r}."
        )
    if strength < 0:
        raise ValueError(f"hardness_strength is 0 or more, not {strength}.")
    if hardness_mode is not None and strength == 0:
        log.warning(
            "hardness_mode %s changes nothing while hardness_strength is 0; give it a strength.",
            hardness_mode,
        )


_CITED = {
    (frozenset(get_args(Direction)), "joint"): citations.GTE,
    (frozenset({"query_to_doc", "doc_to_query"}), "per_direction"): citations.JINA_2,
}
"""Whose loss it is, with these directions and this partition."""
