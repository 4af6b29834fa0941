"""A teacher's ranking, learned as a distribution. Legend: B rows, D dimensions, C candidates."""

import math
import warnings
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import kl_div, log_softmax, softmax

from worker.engine.encoder import Encoder
from worker.engine.losses import citations
from worker.engine.losses.labels import needed
from worker.engine.losses.loss import Loss
from worker.engine.losses.names import function_name
from worker.engine.similarity import Similarity, pairwise_dot_score


class DistillKLDivLoss(Loss):
    """T² · mean KL(softmax(t / T_t) ‖ softmax(s / T)), t a teacher's scores and s the model's.

    T is `student_temperature`, T_t `teacher_temperature`; both are `temperature` unless given. T²
    keeps the gradient about as large for any T.
    Shapes: query and C ≥ 2 candidates B×D, labels B×C, the teacher's scores → scalar ≥ 0, in nats.
    Errors: ValueError for a temperature that isn't above 0, fewer candidates than 2, labels of
    another shape, or NaN among the first batch's; a warning, once, if the teacher's temperature
    leaves candidates with a probability of 0.
    Source: Lin et al. 2020, arXiv 2010.11386; T²: Hinton et al. 2015, arXiv 1503.02531
    """

    citation = citations.DISTILLED_RANKING

    def __init__(
        self,
        model: Encoder,
        similarity_fct: Similarity = pairwise_dot_score,
        temperature: float = 1.0,
        student_temperature: float | None = None,
        teacher_temperature: float | None = None,
    ) -> None:
        super().__init__(model)
        self.similarity_fct = similarity_fct
        self.temperature = temperature
        self.student_temperature = (
            temperature if student_temperature is None else student_temperature
        )
        self.teacher_temperature = (
            temperature if teacher_temperature is None else teacher_temperature
        )
        for name in ("temperature", "student_temperature", "teacher_temperature"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is a finite number above 0, not {getattr(self, name)}.")
        self._is_first_batch = True

    def compute(self, embeddings: list[Tensor], labels: Tensor | None) -> Tensor:
        query_BD, *candidates = embeddings
        teacher_BC = self._checked(labels, len(query_BD), len(candidates))
        scores_BC = torch.stack([self.similarity_fct(query_BD, c_BD) for c_BD in candidates], dim=1)
        wanted_BC = softmax(teacher_BC / self.teacher_temperature, dim=1)
        if self._is_first_batch:
            self._look_at_teacher(teacher_BC, wanted_BC)
            self._is_first_batch = False
        found_BC = log_softmax(scores_BC / self.student_temperature, dim=1)
        divergence = kl_div(found_BC, wanted_BC, reduction="batchmean")
        return divergence * self.student_temperature**2

    def _checked(self, labels: Tensor | None, rows: int, candidates: int) -> Tensor:
        if candidates < 2:
            raise ValueError(
                "DistillKLDivLoss compares the candidates of a query with each other, and has "
                f"{candidates}. Add a column: query, positive and at least one negative."
            )
        given = needed(labels, type(self).__name__).detach()
        if given.shape != (rows, candidates):
            raise ValueError(
                f"DistillKLDivLoss takes {candidates} scores a row here, one a candidate, the "
                f"positive's first; the label column gives the shape {tuple(given.shape)} for "
                f"{rows} rows. Give each row a list of that length."
            )
        return given

    def _look_at_teacher(self, teacher_BC: Tensor, wanted_BC: Tensor) -> None:
        """Once, of the first batch: reading the answers waits for the device."""
        if bool(teacher_BC.isnan().any()):
            raise ValueError(
                "The label column has teacher's scores that are NaN, and every gradient would be. "
                "Score those rows again, or leave them out."
            )
        lost = int((wanted_BC == 0).sum())
        if lost and bool(teacher_BC.isfinite().all()):  # −∞ leaves a candidate out on purpose
            spread = float((teacher_BC.amax(dim=1) - teacher_BC.amin(dim=1)).max())
            warnings.warn(
                f"With teacher_temperature {self.teacher_temperature:g}, {lost} of "
                f"{wanted_BC.numel()} candidates of the first batch have a probability of exactly "
                f"0 and teach nothing: the teacher's scores of a row lie up to {spread:.1f} apart. "
                f"Choose a teacher_temperature above {spread / 100:.3g}.",
                UserWarning,
                stacklevel=3,
            )

    def get_config_dict(self) -> dict[str, Any]:
        temperatures = {
            "student_temperature": self.student_temperature,
            "teacher_temperature": self.teacher_temperature,
        }
        return {
            "similarity_fct": function_name(self.similarity_fct),
            "temperature": self.temperature,
        } | {name: value for name, value in temperatures.items() if value != self.temperature}
