"""Embeddings of every layer from one forward. Legend: B texts, T tokens, D dimensions, L layers."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from worker.engine.encoder.protocols import Encoder
from worker.engine.model.modules.module import Features


def every_layer(model: Encoder, features: Features) -> Tensor:
    """The embedding of each text as each layer would give it, were it the last: B×L×D.

    The first is that of the token embeddings before any layer, the last is the model's own.
    Raises ValueError for a model whose first module can't show its layers.
    """
    transformer, others = _parts(model)
    with _showing_layers(transformer.auto_model.config):
        seen = transformer(dict(features))
    layers_BTD = [*seen["all_layer_embeddings"][:-1], seen["token_embeddings"]]
    return torch.stack([_through(others, seen, tokens) for tokens in layers_BTD], dim=1)


def _through(modules: Iterable[nn.Module], seen: Features, tokens_BTD: Tensor) -> Tensor:
    features = {**seen, "token_embeddings": tokens_BTD}
    for module in modules:
        features = module(features)
    embedding: Tensor = features["sentence_embedding"]
    return embedding


def _parts(model: Encoder) -> tuple[Any, list[nn.Module]]:
    modules = list(model) if isinstance(model, nn.Sequential) else []
    if not modules or not hasattr(modules[0], "auto_model"):
        raise ValueError(
            "A loss over layers needs a SentenceTransformer that begins with a Transformer: only "
            "that has layers to look at. Train this model with the inner loss alone."
        )
    return modules[0], modules[1:]


@contextmanager
def _showing_layers(config: Any) -> Iterator[None]:
    """Let a transformer put the hidden states of all its layers into what it returns."""
    before, config.output_hidden_states = config.output_hidden_states, True
    try:
        yield
    finally:
        config.output_hidden_states = before
