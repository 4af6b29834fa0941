"""Each text nearer to its partner, seen from both sides: a name of before."""

import warnings

from worker.engine.encoder import Encoder
from worker.engine.losses.multiple_negatives_ranking import MultipleNegativesRankingLoss
from worker.engine.similarity import Similarity, cos_sim


class MultipleNegativesSymmetricRankingLoss(MultipleNegativesRankingLoss):
    """MultipleNegativesRankingLoss in the directions query_to_doc and doc_to_query, each alone.

    Kept for scripts that say so; it warns, and names what to write now.
    """

    def __init__(
        self,
        model: Encoder,
        scale: float = 20.0,
        similarity_fct: Similarity = cos_sim,
        gather_across_devices: bool = False,
    ) -> None:
        warnings.warn(
            "MultipleNegativesSymmetricRankingLoss is a name of before. Write "
            'MultipleNegativesRankingLoss(model, directions=("query_to_doc", "doc_to_query"), '
            'partition_mode="per_direction").',
            DeprecationWarning,
            stacklevel=2,
        )
        super().__init__(
            model,
            scale,
            similarity_fct,
            gather_across_devices,
            directions=("query_to_doc", "doc_to_query"),
            partition_mode="per_direction",
        )
