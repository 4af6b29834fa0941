"""MultipleNegativesRankingLoss for batches larger than the memory."""

from collections.abc import Sequence
from typing import Any

from worker.engine.encoder import Encoder
from worker.engine.losses import citations
from worker.engine.losses.multiple_negatives_ranking import (
    Direction,
    HardnessMode,
    MultipleNegativesRankingLoss,
    PartitionMode,
)
from worker.engine.similarity import Similarity, cos_sim


class CachedMultipleNegativesRankingLoss(MultipleNegativesRankingLoss):
    """MultipleNegativesRankingLoss with gradient caching from the start: see encoder/cached.py.

    Shapes: its. Errors: its, and ValueError for a chunk of no text.
    Source: Gao et al. 2021, arXiv 2101.06983
    """

    def __init__(
        self,
        model: Encoder,
        scale: float = 20.0,
        similarity_fct: Similarity = cos_sim,
        mini_batch_size: int = 32,
        mini_batch_num_tokens: int | None = None,
        gather_across_devices: bool = False,
        directions: Sequence[Direction] = ("query_to_doc",),
        partition_mode: PartitionMode = "joint",
        show_progress_bar: bool = False,
        hardness_mode: HardnessMode | None = None,
        hardness_strength: float = 0.0,
    ) -> None:
        super().__init__(
            model,
            scale,
            similarity_fct,
            gather_across_devices,
            directions,
            partition_mode,
            hardness_mode,
            hardness_strength,
        )
        self.mini_batch_size = mini_batch_size
        self.mini_batch_num_tokens = mini_batch_num_tokens
        self.cached(mini_batch_size, mini_batch_num_tokens, show_progress_bar)

    def get_config_dict(self) -> dict[str, Any]:
        return super().get_config_dict() | {
            "mini_batch_size": self.mini_batch_size,
            "mini_batch_num_tokens": self.mini_batch_num_tokens,
        }

    @property
    def citation(self) -> str:
        return citations.GRADIENT_CACHE
