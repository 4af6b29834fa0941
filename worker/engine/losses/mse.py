"""A teacher's embeddings, number by number. Legend: B rows, E dimensions of the teacher."""

from typing import Any

from worker.engine.losses import citations
from worker.engine.losses.embed_distill import EmbedDistillLoss, Student


class MSELoss(EmbedDistillLoss):
    """mean (embedding − teacher's)²: EmbedDistillLoss with its "mse", by its older name.

    So a model learns another language: the teacher's embedding of an English sentence is the label
    of the sentence and of its translations.
    Shapes, errors: as there.
    Source: Reimers and Gurevych 2020, arXiv 2004.09813
    """

    citation = citations.MULTILINGUAL_SENTENCE_BERT

    def __init__(self, model: Student, projection_dim: int | None = None) -> None:
        super().__init__(model, "mse", projection_dim)

    def get_config_dict(self) -> dict[str, Any]:
        return {"projection_dim": self.projection_dim}
