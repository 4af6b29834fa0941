"""The cosine of a pair, made equal to its score. Legend: B rows, D dimensions."""

from collections.abc import Callable
from typing import Any

from torch import Tensor, nn

from worker.engine.encoder import Encoder
from worker.engine.losses.loss import Loss, needed
from worker.engine.similarity import pairwise_cos_sim


class CosineSimilarityLoss(Loss):
    """loss_fct(transform(cos(a, b)), label); with the defaults the mean of (cos(a, b) − label)².

    Shapes: two embeddings B×D, labels B → scalar.
    Errors: ValueError without labels.
    Source: Reimers and Gurevych 2019, arXiv 1908.10084
    """

    def __init__(
        self,
        model: Encoder,
        loss_fct: nn.Module | None = None,
        cos_score_transformation: nn.Module | None = None,
    ) -> None:
        super().__init__(model)
        self.loss_fct: Callable[[Tensor, Tensor], Tensor] = loss_fct or nn.MSELoss()
        self.cos_score_transformation = cos_score_transformation or nn.Identity()

    def compute(self, embeddings: list[Tensor], labels: Tensor | None) -> Tensor:
        a_BD, b_BD = embeddings
        cosines_B = self.cos_score_transformation(pairwise_cos_sim(a_BD, b_BD))
        return self.loss_fct(
            cosines_B, needed(labels, type(self).__name__).view(-1).to(cosines_B.dtype)
        )

    def get_config_dict(self) -> dict[str, Any]:
        return {
            "loss_fct": _path(self.loss_fct),
            "cos_score_transformation": _path(self.cos_score_transformation),
        }

    @property
    def citation(self) -> str:
        return SENTENCE_BERT


def _path(value: object) -> str:
    return f"{type(value).__module__}.{type(value).__name__}"


SENTENCE_BERT = """@inproceedings{reimers-2019-sentence-bert,
    title = "Sentence-BERT: Sentence Embeddings using Siamese BERT-Networks",
    author = "Reimers, Nils and Gurevych, Iryna",
    booktitle = "Proceedings of EMNLP-IJCNLP 2019",
    year = "2019",
    publisher = "Association for Computational Linguistics",
    url = "https://arxiv.org/abs/1908.10084"
}"""
