"""Each text nearer to its partner than to the others of the batch.

Legend: B rows; K candidates = every document of the batch, of all devices if gathered:
all positives, then all first negatives, then all second …; D dimensions.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias, get_args

import torch
from torch import Tensor

from worker.engine.encoder import Encoder
from worker.engine.gather import gather_rows, rank
from worker.engine.losses.loss import Loss
from worker.engine.similarity import Similarity, cos_sim

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
    Errors: ValueError for an unknown setting, or two that exclude each other.
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
        _check(directions, partition_mode, hardness_mode, hardness_strength)
        self.scale = scale
        self.similarity_fct = similarity_fct
        self.gather_across_devices = gather_across_devices
        self.directions = tuple(directions)
        self.partition_mode = partition_mode
        self.hardness_mode = hardness_mode
        self.hardness_strength = hardness_strength

    def compute(self, embeddings: list[Tensor], labels: Tensor | None) -> Tensor:
        queries_BD, *columns = embeddings
        batch = len(queries_BD)
        all_queries, all_columns = queries_BD, columns
        first = 0  # where this device's rows begin among the gathered ones
        if self.gather_across_devices:
            all_queries = gather_rows(queries_BD)
            all_columns = [gather_rows(column_BD) for column_BD in columns]
            first = rank() * batch
        own_B = torch.arange(first, first + batch, device=queries_BD.device)
        batches = Batches(queries_BD, columns[0], all_queries, torch.cat(all_columns), own_B)

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
        positive_B = forward_BK.gather(1, own_B.unsqueeze(1)).squeeze(1)
        return (z_B - positive_B).mean()

    def _query_to_doc(self, batches: "Batches") -> Tensor:
        raw_BK = self.similarity_fct(batches.queries_BD, batches.documents_KD)
        scores_BK = raw_BK * self.scale
        if self.hardness_mode is None or not self.hardness_strength:
            return scores_BK
        chosen_BK = _HARDENED[self.hardness_mode](batches)
        return scores_BK + self.hardness_strength * raw_BK.detach() * chosen_BK

    def get_config_dict(self) -> dict[str, Any]:
        return {
            "scale": self.scale,
            "similarity_fct": self.similarity_fct.__name__,
            "gather_across_devices": self.gather_across_devices,
            "directions": list(self.directions),
            "partition_mode": self.partition_mode,
            "hardness_mode": self.hardness_mode,
            "hardness_strength": self.hardness_strength,
        }

    @property
    def citation(self) -> str:
        return _CITATIONS.get(frozenset(self.directions), INFO_NCE)


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
    "doc_to_query": lambda sim, b: sim(b.positives_BD, b.all_queries_ND),
    "doc_to_doc": lambda sim, b: sim(b.positives_BD, b.documents_KD).masked_fill(
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
    directions: Sequence[str], partition_mode: str, hardness_mode: str | None, strength: float
) -> None:
    if unknown := [d for d in directions if d not in get_args(Direction)]:
        raise ValueError(
            f"directions are {', '.join(get_args(Direction))}; not {', '.join(unknown)}."
        )
    if "query_to_doc" not in directions or len(set(directions)) < len(directions):
        raise ValueError("directions name query_to_doc, and each direction once.")
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


INFO_NCE = """@misc{oord2019representationlearningcontrastivepredictive,
    title = {Representation Learning with Contrastive Predictive Coding},
    author = {Aaron van den Oord and Yazhe Li and Oriol Vinyals},
    year = {2019},
    eprint = {1807.03748},
    archivePrefix = {arXiv}
}"""
_GTE = """@misc{li2023generaltextembeddingsmultistage,
    title = {Towards General Text Embeddings with Multi-stage Contrastive Learning},
    author = {Zehan Li and Xin Zhang and Yanzhao Zhang and Dingkun Long and Pengjun Xie and
              Meishan Zhang},
    year = {2023},
    eprint = {2308.03281},
    archivePrefix = {arXiv}
}"""
_JINA = """@misc{günther2024jinaembeddings28192token,
    title = {Jina Embeddings 2: 8192-Token General-Purpose Text Embeddings for Long Documents},
    author = {Michael Günther and others},
    year = {2024},
    eprint = {2310.19923},
    archivePrefix = {arXiv}
}"""
_CITATIONS = {
    frozenset(get_args(Direction)): _GTE,
    frozenset({"query_to_doc", "doc_to_query"}): _JINA,
}
