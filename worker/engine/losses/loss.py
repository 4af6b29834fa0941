"""What all losses share: they are functions of embeddings."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self, TypeAlias

import torch
from torch import Tensor, nn

from worker.engine import similarity
from worker.engine.encoder import Apart, Cached, Encoder, Encoding, Read, sentence_embedding
from worker.engine.model.modules.module import Features
from worker.engine.model.rows import demand_rows

LossValue: TypeAlias = Tensor | dict[str, Tensor]
"""A scalar, or several by name; the trainer minimises their sum and logs each."""


class Loss(nn.Module, ABC):
    """A function of the embeddings of each column, and of labels where the loss takes them.

    A new loss defines `compute`; its `encoding` decides how the embeddings come to be, and any
    loss can be cached: `CoSENTLoss(model).cached(mini_batch_size=16)`. One that compares with more
    than labels (a guide, the tokens of a text) says with what in `targets`; one that reads its
    columns in a way of its own says so in `embed`. Weights that a loss has of its own are trained
    with the model and kept in checkpoints.
    """

    encoding: Encoding = Apart()

    functions: ClassVar[Mapping[str, object]] = {"similarity_fct": similarity}
    """Parameters that are functions, each with the module or class that has them by name: recipes
    and cards know names only."""

    def __init__(self, model: Encoder) -> None:
        super().__init__()
        self.model = model

    @abstractmethod
    def compute(self, embeddings: list[Tensor], labels: Any) -> LossValue:
        """The loss of a batch: one tensor B×D a column, and what `targets` gave → scalar(s)."""

    def targets(self, columns: list[Features], labels: Tensor | None) -> Any:
        """What `compute` compares the embeddings with: the labels, B or B×K, or None."""
        return labels

    def cut(self, targets: Any, full: int, kept: int) -> Any:
        """`targets` for embeddings of which only the first `kept` of `full` dimensions are left.

        Labels as wide as the embeddings are taken to be a teacher's embeddings: B×D, or B×N×D.
        """
        is_embedding = isinstance(targets, Tensor) and targets.dim() in (2, 3)
        return targets[..., :kept] if is_embedding and targets.shape[-1] == full else targets

    def embed(self, columns: list[Features], read: Read = sentence_embedding) -> list[Tensor]:
        """The embeddings that `compute` takes, made as `encoding` says. `read` is a wrapper's."""
        return self.encoding(self.model, columns, read)

    def forward(
        self, sentence_features: Iterable[Features], labels: Tensor | None = None
    ) -> LossValue:
        """Encode the columns, then compute: the signature of Sentence Transformers.

        Autocast is for encoding alone: of a score times 20, 16 bits leave a digit or two.
        """
        columns = list(sentence_features)
        embeddings, targets = self.embed(columns), self.targets(columns, labels)
        kind = embeddings[0].device.type if embeddings else "cpu"
        if not torch.is_autocast_enabled(kind):
            return self.compute(embeddings, targets)
        with torch.autocast(kind, enabled=False):
            return self.compute([similarity.as_floats(e) for e in embeddings], targets)

    def cached(
        self,
        mini_batch_size: int = 32,
        mini_batch_num_tokens: int | None = None,
        show_progress_bar: bool = False,
    ) -> Self:
        """This loss, from now on with gradient caching: the same values in the memory of a chunk.

        Raises ValueError for a size below 1, and for a model whose texts can't be told apart.
        """
        demand_rows(self.model)
        self.encoding = Cached(mini_batch_size, mini_batch_num_tokens, show_progress_bar)
        return self

    def compute_loss_from_embeddings(
        self, embeddings: list[Tensor], labels: Tensor | None = None
    ) -> LossValue:
        """`compute` by its name in Sentence Transformers."""
        return self.compute(embeddings, labels)

    def get_config_dict(self) -> dict[str, Any]:
        """The settings as JSON values, for the model card."""
        return {}

    @property
    def citation(self) -> str:
        """Whom to cite, as BibTeX; empty where there is nobody."""
        return ""


def needed(labels: Tensor | None, loss: str) -> Tensor:
    """`labels`, or a ValueError that says which column is missing."""
    if labels is None:
        raise ValueError(
            f"{loss} needs a label in every row. Name that column label or score, "
            "or choose a loss that learns from texts alone."
        )
    return labels
