"""The cosine of a pair, made equal to its score. Legend: B rows, D dimensions."""

from typing import Any

from torch import Tensor, nn

from worker.engine.encoder import Encoder
from worker.engine.losses import citations
from worker.engine.losses.distances import cosine_of_rows
from worker.engine.losses.labels import one_a_row
from worker.engine.losses.loss import Loss
from worker.engine.losses.names import module_path

MEAN_SQUARED_ERROR = nn.MSELoss()
AS_IT_IS = nn.Identity()


class CosineSimilarityLoss(Loss):
    """loss_fct(transform(cos(a, b)), label); with the defaults the mean of (cos(a, b) − label)².

    Shapes: two embeddings B×D, labels B → scalar.
    Errors: ValueError without one label a row.
    Source: Reimers and Gurevych 2019, arXiv 1908.10084
    """

    citation = citations.SENTENCE_BERT

    def __init__(
        self,
        model: Encoder,
        loss_fct: nn.Module = MEAN_SQUARED_ERROR,
        cos_score_transformation: nn.Module = AS_IT_IS,
    ) -> None:
        super().__init__(model)
        self.loss_fct = loss_fct
        self.cos_score_transformation = cos_score_transformation

    def compute(self, embeddings: list[Tensor], labels: Tensor | None) -> Tensor:
        a_BD, b_BD = embeddings
        cosines_B = self.cos_score_transformation(cosine_of_rows(a_BD, b_BD))
        labels_B = one_a_row(labels, len(a_BD), type(self).__name__).to(cosines_B.dtype)
        loss: Tensor = self.loss_fct(cosines_B, labels_B)
        return loss

    def get_config_dict(self) -> dict[str, Any]:
        return {
            "loss_fct": module_path(self.loss_fct),
            "cos_score_transformation": module_path(self.cos_score_transformation),
        }
