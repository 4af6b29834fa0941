"""The embeddings that an evaluator asks for, from any model with an `encode`."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

from worker.engine.similarity import SimilarityFunction, as_rows


class Embedder(Protocol):
    """What evaluators need of a model: `encode`, with the options of Sentence Transformers'.

    Used where it has them: `encode_query`, `encode_document`, `similarity_fn_name`, `similarity`
    and `model_card_data`.
    """

    @property
    def encode(self) -> Callable[..., Any]: ...


def encoder_of(model: Embedder, side: str | None) -> Callable[..., Any]:
    """`encode_query` or `encode_document` for these sides; `encode` for none, or if it lacks it."""
    return model.encode if side is None else getattr(model, f"encode_{side}", model.encode)


def similarity_of(model: Embedder) -> str:
    """The name of the model's similarity function; cosine where it has none."""
    name = getattr(model, "similarity_fn_name", None)
    return SimilarityFunction(name or SimilarityFunction.COSINE).value


def named_functions(
    names: Sequence[str] | None, main: str | SimilarityFunction | None = None
) -> list[str]:
    """The names of the functions to measure by; empty where the model's own is meant.

    Raises ValueError for an unknown name, and for a main one that isn't among `names`.
    """
    given = [SimilarityFunction(name).value for name in names or ()]
    if main is None:
        return given
    wanted = SimilarityFunction(main).value
    if given and wanted not in given:
        raise ValueError(f"{wanted} is to be the main similarity: put it into similarity_fn_names.")
    return given or [wanted]


def embed_once(embed: Callable[[list[str]], Any], texts: Sequence[str]) -> Tensor:
    """One row a text, N×D, in the order of `texts`; equal texts are embedded once."""
    places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    vectors = as_rows(embed(list(places)))
    if len(places) == len(texts):
        return vectors
    return vectors[torch.tensor([places[text] for text in texts], device=vectors.device)]
