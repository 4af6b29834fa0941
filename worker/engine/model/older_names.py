"""Names of the model's methods in scripts from before, and what each is called today."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from worker.engine.model.encoding import encode
from worker.engine.model.modules.module import Features
from worker.engine.model.several_processes import Pool
from worker.engine.quantization.levels import Precision

if TYPE_CHECKING:
    from worker.engine.model.sentence_transformer import SentenceTransformer


def tokenize(self: "SentenceTransformer", texts: Sequence[Any], **kwargs: Any) -> Features:
    """`preprocess`, as it was called before version 5.4."""
    return self.preprocess(texts, **kwargs)


def get_max_seq_length(self: "SentenceTransformer") -> int | None:
    """`max_seq_length`, as it was read before version 3."""
    return self.max_seq_length


def encode_multi_process(
    self: "SentenceTransformer",
    sentences: list[str],
    pool: Pool,
    prompt_name: str | None = None,
    prompt: str | None = None,
    batch_size: int = 32,
    chunk_size: int | None = None,
    show_progress_bar: bool | None = None,
    precision: Precision = "float32",
    normalize_embeddings: bool = False,
    truncate_dim: int | None = None,
) -> np.ndarray:
    """`encode(pool=…)`, as it was called before version 5."""
    vectors: np.ndarray = encode(
        self,
        sentences,
        prompt_name=prompt_name,
        prompt=prompt,
        batch_size=batch_size,
        show_progress_bar=show_progress_bar,
        precision=precision,
        normalize_embeddings=normalize_embeddings,
        truncate_dim=truncate_dim,
        pool=pool,
        chunk_size=chunk_size,
    )
    return vectors


def get_sentence_features(self: "SentenceTransformer", *features: Any) -> Features:
    """What the first module makes of tokens, where it is one that has this method."""
    first: Any = self[0]
    found: Features = first.get_sentence_features(*features)
    return found


def smart_batching_collate(
    self: "SentenceTransformer", batch: Sequence[Any]
) -> tuple[list[Features], Tensor]:
    """InputExamples as the features of each column and the labels: the collate_fn of scripts from
    before version 3."""
    columns = zip(*(example.texts for example in batch), strict=True)
    labels = [example.label for example in batch]
    stacked = np.stack(labels) if labels and isinstance(labels[0], np.ndarray) else labels
    return [self.preprocess(list(column)) for column in columns], torch.as_tensor(stacked)
