"""Many texts to vectors: sorted by length, so that short ones aren't padded to the longest.

Legend: N texts; B texts of a batch; T tokens of the longest; D dimensions.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import torch
from torch import Tensor
from tqdm.auto import tqdm  # type: ignore[import-untyped]  # ships no types

from worker.engine.devices import batch_to_device
from worker.engine.model.batches import batches
from worker.engine.model.modules.conversation import is_conversation
from worker.engine.model.modules.module import Features, first_real_token
from worker.engine.similarity import normalize_embeddings

if TYPE_CHECKING:
    from worker.engine.model.sentence_transformer import SentenceTransformer

log = logging.getLogger(__name__)

Input: TypeAlias = str | tuple[str, str] | list[str] | dict[str, Any] | list[dict[str, Any]]
"""A text, a pair of texts that are read as one, {"text": a text}, or a conversation: a list of
messages with role and content."""

VECTORS = "sentence_embedding"
TOKENS = "token_embeddings"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is wanted of each text. `options` go to the modules: task, and what they ask for."""

    output_value: str | None = VECTORS
    prompt: str | None = None
    batch_size: int = 32
    normalize: bool = False
    truncate_dim: int | None = None
    on_cpu: bool = False
    """Leave the device after each batch: the vectors of a large corpus may not fit there."""
    show_progress_bar: bool = False
    options: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.batch_size <= 0:
            raise ValueError(f"batch_size is at least 1, not {self.batch_size}.")

    @property
    def gives_vectors(self) -> bool:
        return self.output_value == VECTORS


def embed(model: "SentenceTransformer", texts: Sequence[Input], wanted: Wanted) -> Any:
    """`texts` without gradients, dropout off: N×D if vectors are wanted, else one value a text.

    The model's mode is as before afterwards.
    """
    was_training = model.training
    model.eval()
    told = tqdm(total=len(texts), desc="Texts", disable=not wanted.show_progress_bar)
    places: list[int] = []
    values: list[Any] = []
    try:
        for place_B, features in batches(model, texts, wanted):
            values.append(_values(_forward(model, features, wanted), len(place_B), wanted))
            places += place_B.tolist()
            told.update(len(place_B))
    finally:
        told.close()
        model.train(was_training)
    back_N = np.argsort(places)
    if wanted.gives_vectors:
        if not values:
            return torch.empty(0, device="cpu" if wanted.on_cpu else model.device)
        return torch.cat(values)[torch.from_numpy(back_N)]
    in_turn = [value for of_batch in values for value in of_batch]
    return [in_turn[place] for place in back_N]


@torch.no_grad()
def _forward(model: "SentenceTransformer", features: Features, wanted: Wanted) -> Features:
    embedded: Features = model(batch_to_device(features, model.device), **wanted.options)
    if wanted.truncate_dim is not None and VECTORS in embedded:
        embedded[VECTORS] = embedded[VECTORS][..., : wanted.truncate_dim]
    return embedded


def _values(features: Features, count: int, wanted: Wanted) -> Any:
    """B×D if vectors are wanted, else a list of B."""
    if VECTORS not in features and wanted.output_value == VECTORS:
        raise ValueError(
            "This model's modules give no vector a text. Put a Pooling behind the first one: "
            "SentenceTransformer(modules=[transformer, models.Pooling(width)])."
        )
    if wanted.output_value == VECTORS:
        vectors_BD: Tensor = features[VECTORS]
        if wanted.normalize:
            vectors_BD = normalize_embeddings(vectors_BD)
        return vectors_BD.cpu() if wanted.on_cpu else vectors_BD
    if wanted.output_value is None:
        return [_row(features, row, count) for row in range(count)]
    if wanted.output_value not in features:
        known = ", ".join(name for name, value in features.items() if isinstance(value, Tensor))
        raise ValueError(f"This model gives {known}; not {wanted.output_value!r}.")
    rows = list(features[wanted.output_value])
    return _without_padding(rows, features) if wanted.output_value == TOKENS else rows


def _without_padding(rows_TD: list[Tensor], features: Features) -> list[Tensor]:
    mask_BT = features["attention_mask"]
    starts = first_real_token(mask_BT).tolist()
    counts = mask_BT.sum(dim=1).tolist()
    return [row[i : i + n] for row, i, n in zip(rows_TD, starts, counts, strict=True)]


def _row(features: Features, row: int, count: int) -> dict[str, Any]:
    """What `features` say of one text; what they say of the whole batch stays as it is."""
    return {
        name: value[row]
        if isinstance(value, Tensor) and value.dim() > 0 and len(value) == count
        else value
        for name, value in features.items()
    }


def is_singular(inputs: Any) -> bool:
    """Whether `inputs` is one text rather than many. A list or tuple is many, an array too; but the
    messages of one conversation are one."""
    if isinstance(inputs, (str, dict)) or is_conversation(inputs):
        return True
    return not (isinstance(inputs, Sequence) or getattr(inputs, "ndim", 0) >= 1)


def listed(inputs: Any) -> list[Input]:
    """The texts of a list, tuple, array or column, which is read once and not row by row."""
    texts = inputs.tolist() if isinstance(inputs, np.ndarray) else list(inputs)
    plain = [t["text"] if isinstance(t, dict) and list(t) == ["text"] else t for t in texts]
    wrong = next((text for text in plain if not isinstance(text, (str, tuple, list, dict))), "")
    if wrong != "":
        raise ValueError(
            f"Texts are encoded, not {type(wrong).__name__}: {wrong!r}. Leave out what is missing, "
            "or turn it into a text."
        )
    return plain


def converted(values: Any, *, to_numpy: bool, to_tensor: bool) -> Any:
    """`values` (tensor, array or list) as one array, one tensor, or a list of tensors."""
    if to_tensor:
        return torch.as_tensor(values) if len(values) else torch.tensor([])
    if to_numpy:
        if isinstance(values, Tensor):
            values = (values.float() if values.dtype == torch.bfloat16 else values).cpu().numpy()
        return values if len(values) else np.array([])
    return list(torch.from_numpy(values) if isinstance(values, np.ndarray) else values)
