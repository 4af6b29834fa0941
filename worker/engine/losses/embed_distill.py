"""A teacher's embeddings, learned. Legend: B rows, D dimensions, E the teacher's, N columns."""

import os
from collections.abc import Callable
from typing import Any, Literal, Protocol, TypeAlias, get_args

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from worker.engine.encoder import Encoder
from worker.engine.losses import citations
from worker.engine.losses.distances import cosine_of_rows
from worker.engine.losses.labels import needed
from worker.engine.losses.loss import Loss
from worker.engine.similarity import pairwise_euclidean_sim

EmbeddingDistance: TypeAlias = Literal["mse", "l2", "cosine"]

_MEAN_DISTANCE: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "mse": mse_loss,
    "l2": lambda x, y: -pairwise_euclidean_sim(x, y).mean(),
    "cosine": lambda x, y: 1 - cosine_of_rows(x, y).mean(),
}
"""Of the rows of a column to the teacher's: B×E, B×E → scalar."""


class Student(Encoder, Protocol):
    """A model that says how wide its embeddings are: a projection must know."""

    def get_embedding_dimension(self) -> int | None: ...


class EmbedDistillLoss(Loss):
    """The mean over columns of the mean distance of a text's embedding to the teacher's of it.

    With `projection_dim`, to reach a teacher of another width, the distance is that of
    W · embedding + b; W, b are trained too, and are of no use after the training.
    Shapes: N embeddings B×D; labels B×E, the same for all columns (such as translations), or
    B×N×E → scalar ≥ 0.
    Errors: ValueError for an unknown distance, or labels of another shape.
    Source: Kim et al. 2023, arXiv 2301.12005
    """

    citation = citations.EMBED_DISTILL

    def __init__(
        self,
        model: Student,
        distance_metric: EmbeddingDistance = "cosine",
        projection_dim: int | None = None,
    ) -> None:
        super().__init__(model)
        if distance_metric not in get_args(EmbeddingDistance):
            known = ", ".join(get_args(EmbeddingDistance))
            raise ValueError(f"distance_metric is one of {known}, not {distance_metric!r}.")
        self.distance_metric = distance_metric
        self.projection: nn.Linear | None = None
        if projection_dim is not None:
            self.projection = self._linear(_width(model), projection_dim)

    @property
    def projection_dim(self) -> int | None:
        return None if self.projection is None else self.projection.out_features

    def compute(self, embeddings: list[Tensor], labels: Tensor | None) -> Tensor:
        columns = [self._projected(column_BD) for column_BD in embeddings]
        teacher_BNE = self._of_teacher(labels, columns)
        distance = _MEAN_DISTANCE[self.distance_metric]
        pairs = zip(columns, teacher_BNE.unbind(1), strict=True)
        return torch.stack([distance(ours_BE, theirs_BE) for ours_BE, theirs_BE in pairs]).mean()

    def _projected(self, column_BD: Tensor) -> Tensor:
        if self.projection is None:
            return column_BD
        projected_BE: Tensor = self.projection(column_BD.to(self.projection.weight.dtype))
        return projected_BE

    def _of_teacher(self, labels: Tensor | None, columns: list[Tensor]) -> Tensor:
        given = needed(labels, type(self).__name__).detach().to(columns[0])
        rows, width = columns[0].shape
        wanted = (rows, len(columns), width)
        teacher_BNE = given[:, None].expand(-1, len(columns), -1) if given.dim() == 2 else given
        if teacher_BNE.shape != wanted:
            raise ValueError(
                f"{type(self).__name__} compares {len(columns)} columns of embeddings, {width} "
                "numbers each, with the teacher's; the label column gives the shape "
                f"{tuple(given.shape)} for {rows} rows. Give each row one embedding, or one for "
                "each column; to learn from a teacher of another width, set projection_dim to it."
            )
        return teacher_BNE

    def save_projection(self, path: str | os.PathLike[str]) -> None:
        """Write W, b as safetensors. Raises ValueError without a projection."""
        if self.projection is None:
            raise ValueError("There is no projection to save. Give projection_dim to have one.")
        save_file({k: t.contiguous() for k, t in self.projection.state_dict().items()}, path)

    def load_projection(self, path: str | os.PathLike[str]) -> None:
        """Read what `save_projection` wrote. Raises ValueError if it is of other widths."""
        saved = load_file(path)
        there, here = saved["weight"].shape, self.projection
        wanted = (self.projection_dim or there[0], _width(self.model))
        if tuple(there) != wanted:
            raise ValueError(
                f"{os.fspath(path)} projects {there[1]} dimensions to {there[0]}; this loss "
                f"{wanted[1]} to {wanted[0]}. Load it where it was trained, or train another."
            )
        self.projection = self._linear(there[1], there[0]) if here is None else here
        self.projection.load_state_dict(saved)

    def _linear(self, width: int, teacher_width: int) -> nn.Linear:
        return nn.Linear(width, teacher_width, device=self.model.device)

    def get_config_dict(self) -> dict[str, Any]:
        return {"distance_metric": self.distance_metric, "projection_dim": self.projection_dim}


def _width(model: Any) -> int:
    width: int | None = model.get_embedding_dimension()
    if width is None:
        raise ValueError("This model doesn't say how wide its embeddings are, so none can be fit.")
    return width
