"""Many texts to vectors: sorted by length, so that short ones aren't padded to the longest."""

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import torch
from torch import Tensor
from tqdm import trange  # type: ignore[import-untyped]  # ships no types

from worker.engine.model.modules.module import Features, first_real_token
from worker.engine.similarity import normalize_embeddings

if TYPE_CHECKING:
    from worker.engine.model.sentence_transformer import SentenceTransformer

log = logging.getLogger(__name__)

OutputValue: TypeAlias = Literal["sentence_embedding", "token_embeddings"] | None


@dataclass(frozen=True)
class Encoded:
    """One value a text, in the order of the texts; `stacks` if they are vectors of one length."""

    values: list[Any]
    stacks: bool


def encode(
    model: "SentenceTransformer",
    texts: list[str],
    *,
    prompt: str | None,
    batch_size: int,
    show_progress_bar: bool | None,
    output_value: OutputValue,
    normalize: bool,
    truncate_dim: int | None,
) -> Encoded:
    """Encode `texts` without gradients, dropout off; the model's mode is as before afterwards."""
    if show_progress_bar is None:
        show_progress_bar = log.isEnabledFor(logging.INFO)
    was_training = model.training
    model.eval()
    order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
    values: list[Any] = [None] * len(texts)
    try:
        for start in trange(
            0, len(texts), batch_size, desc="Batches", disable=not show_progress_bar
        ):
            places = order[start : start + batch_size]
            features = _embed(model, [texts[i] for i in places], prompt, truncate_dim)
            if normalize:
                vectors = features["sentence_embedding"]
                features["sentence_embedding"] = normalize_embeddings(vectors)
            for row, place in enumerate(places):
                values[place] = _value(features, row, output_value)
    finally:
        model.train(was_training)
    return Encoded(values, stacks=output_value == "sentence_embedding")


@torch.no_grad()
def _embed(
    model: "SentenceTransformer", texts: list[str], prompt: str | None, truncate_dim: int | None
) -> Features:
    features = on_device(model.preprocess(texts, prompt), model.device)
    embedded = model.forward(features)
    embedded["sentence_embedding"] = embedded["sentence_embedding"][:, :truncate_dim].float()
    return embedded


def on_device(features: Features, device: torch.device) -> Features:
    """`features` with every tensor on `device`."""
    return {n: v.to(device) if isinstance(v, Tensor) else v for n, v in features.items()}


def _value(features: Features, row: int, output_value: OutputValue) -> Any:
    if output_value == "sentence_embedding":
        return features["sentence_embedding"][row]
    if output_value == "token_embeddings":
        mask_T = features["attention_mask"][row]
        first = int(first_real_token(mask_T[None])[0])
        return features["token_embeddings"][row, first : first + int(mask_T.sum())]
    return {n: v[row] if isinstance(v, Tensor) else v for n, v in features.items()}
