"""The symmetric ranking loss for batches larger than the memory: a name of before."""

import warnings

from worker.engine.encoder import Encoder
from worker.engine.losses.cached_multiple_negatives_ranking import (
    CachedMultipleNegativesRankingLoss,
)
from worker.engine.similarity import Similarity, cos_sim


class CachedMultipleNegativesSymmetricRankingLoss(CachedMultipleNegativesRankingLoss):
    """CachedMultipleNegativesRankingLoss, query_to_doc and doc_to_query, each alone.

    Kept for scripts that say so; it warns, and names what to write now.
    """

    def __init__(
        self,
        model: Encoder,
        scale: float = 20.0,
        similarity_fct: Similarity = cos_sim,
        mini_batch_size: int = 32,
        mini_batch_num_tokens: int | None = None,
        gather_across_devices: bool = False,
        show_progress_bar: bool = False,
    ) -> None:
        warnings.warn(
            "CachedMultipleNegativesSymmetricRankingLoss is a name of before. Write "
            "CachedMultipleNegativesRankingLoss(model, "
            'directions=("query_to_doc", "doc_to_query"), partition_mode="per_direction").',
            DeprecationWarning,
            stacklevel=2,
        )
        super().__init__(
            model,
            scale,
            similarity_fct,
            mini_batch_size,
            mini_batch_num_tokens,
            gather_across_devices,
            directions=("query_to_doc", "doc_to_query"),
            partition_mode="per_direction",
            show_progress_bar=show_progress_bar,
        )
