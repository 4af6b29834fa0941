"""Ranking among the texts of a batch, without those that a guide takes for right answers too.

Legend: B rows; K rows of a column, of all devices if gathered; D dimensions of the model's
embeddings, G of the guide's.
"""

from typing import Any, Literal, TypeAlias

import torch
from torch import Tensor

from worker.engine.encoder import Encoder
from worker.engine.losses import citations
from worker.engine.losses.guide import Guide
from worker.engine.losses.loss import Loss
from worker.engine.losses.score_rows import mean_over_rows
from worker.engine.model.modules.module import Features
from worker.engine.process_group import all_gather_with_grad, get_rank
from worker.engine.similarity import cos_sim

MarginStrategy: TypeAlias = Literal["absolute", "relative"]
ANCHOR, POSITIVE = 0, 1


class GISTEmbedLoss(Loss):
    """mean_i (log Σ_j exp(s_j / temperature) − s_ii / temperature), over the positives and the
    negatives of all rows, the other anchors (`contrast_anchors`) and, seen from the row's
    positive, the other positives (`contrast_positives`).

    A text j is left out where the guide's cosine is above what it finds between the row's anchor
    and positive, t, less a margin: t − margin ("absolute") or t − |t| · margin ("relative").
    Shapes: two or more embeddings B×D (anchor, positive, negatives …) and the guide's B×G →
    scalar ≥ 0, in nats.
    With `gather_across_devices` every text of all devices takes part, anchors too, so that several
    devices learn what one would of the joined batch; Sentence Transformers leaves anchors out.
    Errors: ValueError for another margin_strategy, or for fewer than two columns; and the guide's.
    Source: Solatorio 2024, arXiv 2402.16829
    """

    def __init__(
        self,
        model: Encoder,
        guide: Any,
        temperature: float = 0.01,
        margin_strategy: MarginStrategy = "absolute",
        margin: float = 0.0,
        contrast_anchors: bool = True,
        contrast_positives: bool = True,
        gather_across_devices: bool = False,
    ) -> None:
        super().__init__(model)
        if margin_strategy not in ("absolute", "relative"):
            raise ValueError(f"margin_strategy is absolute or relative, not {margin_strategy!r}.")
        self._guide = Guide(guide, model)
        self.temperature = temperature
        self.margin_strategy = margin_strategy
        self.margin = margin
        self.contrast_anchors = contrast_anchors
        self.contrast_positives = contrast_positives
        self.gather_across_devices = gather_across_devices

    @property
    def guide(self) -> Any:
        return self._guide.model

    def targets(self, columns: list[Features], labels: Tensor | None) -> list[Tensor]:
        """The guide's embeddings of the columns."""
        return self._guide.embed(self.encoding, columns)

    def compute(self, embeddings: list[Tensor], labels: list[Tensor]) -> Tensor:
        if len(embeddings) < 2:
            raise ValueError("GISTEmbedLoss takes two columns or more: anchor, positive, negative.")
        guides = [guide.to(embeddings[0].device) for guide in labels]
        everyone, everyones_guides, first = embeddings, guides, 0
        batch = len(embeddings[ANCHOR])
        if self.gather_across_devices:
            everyone = [all_gather_with_grad(column_BD) for column_BD in embeddings]
            everyones_guides = [all_gather_with_grad(column_BG) for column_BG in guides]
            first = get_rank() * batch
        own_B = torch.arange(first, first + batch, device=embeddings[0].device)

        def loss_of(rows: slice) -> Tensor:
            own_R1 = own_B[rows].unsqueeze(1)
            guided_RK = cos_sim(guides[ANCHOR][rows], everyones_guides[POSITIVE])
            most_R1 = self._lowered(guided_RK.gather(1, own_R1))
            tables = []
            for one, other in self._compared(len(embeddings)):
                scores_RK = cos_sim(embeddings[one][rows], everyone[other])
                guided_RK = cos_sim(guides[one][rows], everyones_guides[other])
                is_right_RK = guided_RK > most_R1
                if (one, other) == (ANCHOR, POSITIVE):
                    is_right_RK = is_right_RK.scatter(1, own_R1, False)  # the one to be found
                tables.append(scores_RK.masked_fill(is_right_RK, float("-inf")))
            logits = torch.cat(tables, dim=1) / self.temperature
            return torch.logsumexp(logits, dim=1) - logits.gather(1, own_R1).squeeze(1)

        return mean_over_rows(loss_of, batch, self.encoding.score_rows)

    def _compared(self, columns: int) -> list[tuple[int, int]]:
        """Which column's rows are compared with which column's: anchor with positive first."""
        pairs = [(ANCHOR, POSITIVE)]
        if self.contrast_anchors:
            pairs.append((ANCHOR, ANCHOR))
        if self.contrast_positives:
            pairs.append((POSITIVE, POSITIVE))
        return pairs + [(ANCHOR, negative) for negative in range(2, columns)]

    def _lowered(self, guided: Tensor) -> Tensor:
        if self.margin_strategy == "absolute":
            return guided - self.margin
        return guided - guided.abs() * self.margin

    def get_config_dict(self) -> dict[str, Any]:
        return {
            "guide": self.guide,
            "temperature": self.temperature,
            "margin_strategy": self.margin_strategy,
            "margin": self.margin,
            "contrast_anchors": self.contrast_anchors,
            "contrast_positives": self.contrast_positives,
            "gather_across_devices": self.gather_across_devices,
        }

    @property
    def citation(self) -> str:
        return citations.GIST_EMBED
