"""All columns in one forward without padding where the model can, else each in its own."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from worker.engine.encoder.equal_texts import distinct, gives_equal_texts_equal_embeddings
from worker.engine.encoder.joined import joined
from worker.engine.encoder.protocols import Encoder, Read, sentence_embedding
from worker.engine.model import rows
from worker.engine.model.modules.module import Features


@dataclass(frozen=True)
class Apart:
    """One forward a column, so that questions aren't padded to the longest passage of another; or
    one for all where the model leaves out padding.

    With `equal_texts_once`, a text that a column holds several times is encoded once, as long as
    no dropout is on, which would give each a value of its own.
    """

    equal_texts_once: bool = True

    @property
    def score_rows(self) -> None:
        """All at once: what the activations need is far more than what the scores do."""
        return None

    def __call__(
        self, model: Encoder, columns: Sequence[Features], read: Read = sentence_embedding
    ) -> list[Tensor]:
        once = self.equal_texts_once and gives_equal_texts_equal_embeddings(model)
        whole = joined(model, columns)
        if whole is not None:
            sizes = [rows.count(features) for features in columns]
            found = _once(model, whole, read) if once else read(model, whole)
            return list(torch.split(found, sizes))
        return [
            _once(model, features, read) if once else read(model, features) for features in columns
        ]


def _once(model: Encoder, features: Features, read: Read) -> Tensor:
    found = distinct(features)
    if found is None:
        return read(model, features)
    first_U, place_B = found
    return read(model, rows.take(features, first_U))[place_B]
