"""One learned vector a token, averaged: no transformer, hundreds of times as fast.

Legend: B texts, N tokens of all texts together, V tokens that the tokenizer knows, D dimensions.
"""

import inspect
import logging
from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import accumulate
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import PreTrainedTokenizerFast

from worker.engine.model.folder import read_weights
from worker.engine.model.modules.input_module import InputModule, with_prompt
from worker.engine.model.modules.module import Features
from worker.engine.model.problems import WrongModelFile

log = logging.getLogger(__name__)

TOKENIZER_FILE = "tokenizer.json"


class StaticEmbedding(InputModule):
    """The mean of the vectors of a text's tokens; zeros for a text without tokens.

    `tokenizer` is one of `tokenizers`, or a fast one of `transformers`. Vectors begin as
    `embedding_weights` (V×D), or at random with `embedding_dim`. `base_model` is the model that
    they were distilled from, for the card.
    Shapes: input_ids N and offsets B → sentence_embedding B×D.
    Errors: ValueError for a slow tokenizer, or for neither weights nor dimension.
    """

    tokenizer: Tokenizer

    def __init__(
        self,
        tokenizer: Tokenizer | PreTrainedTokenizerFast,
        embedding_weights: np.ndarray | Tensor | None = None,
        embedding_dim: int | None = None,
        *,
        base_model: str | None = None,
    ) -> None:
        super().__init__()
        self.tokenizer = _fast(tokenizer)
        self.tokenizer.no_padding()
        if embedding_weights is not None:
            weights_VD = torch.as_tensor(embedding_weights)
            self.embedding = nn.EmbeddingBag.from_pretrained(weights_VD, freeze=False)
        elif embedding_dim is not None:
            self.embedding = nn.EmbeddingBag(self.tokenizer.get_vocab_size(), embedding_dim)
        else:
            raise ValueError("StaticEmbedding needs embedding_weights or embedding_dim.")
        self.num_embeddings = self.embedding.num_embeddings
        self.embedding_dim = self.embedding.embedding_dim
        self.base_model = base_model
        self.max_seq_length = None

    def preprocess(
        self, inputs: Sequence[str], prompt: str | None = None, **options: Any
    ) -> Features:
        """The token ids of all texts in one row, and where each text begins in it."""
        encoded = self.tokenizer.encode_batch(with_prompt(inputs, prompt), add_special_tokens=False)
        ids = [torch.tensor(one.ids, dtype=torch.long) for one in encoded]
        offsets = [0, *accumulate(len(one) for one in ids[:-1])]
        return {"input_ids": torch.cat(ids), "offsets": torch.tensor(offsets)}

    def forward(self, features: Features) -> Features:
        features["sentence_embedding"] = self.embedding(features["input_ids"], features["offsets"])
        return features

    def get_embedding_dimension(self) -> int:
        return int(self.embedding_dim)

    def save(self, output_path: str | Path, safe_serialization: bool = True) -> None:
        super().save(output_path, safe_serialization)
        self.save_tokenizer(output_path)

    @classmethod
    def read(cls, folder: Path, name: str | None = None, **kwargs: Any) -> Self:
        """Read what `save` wrote, or a model of model2vec. Raises a ModelProblem."""
        if not (folder / TOKENIZER_FILE).is_file():
            raise WrongModelFile(f"{folder} has no {TOKENIZER_FILE}. Copy the whole folder.")
        weights = read_weights(folder)
        if "embedding.weight" not in weights and "embeddings" not in weights:
            raise WrongModelFile(
                f"The weights in {folder} are {', '.join(sorted(weights))}; a StaticEmbedding has "
                "embedding.weight, and a model of model2vec embeddings."
            )
        vectors_VD = weights.get("embedding.weight")
        if vectors_VD is None:
            vectors_VD = _one_a_token(
                weights["embeddings"], weights.get("mapping"), weights.get("weights")
            )
        return cls(
            Tokenizer.from_file(str(folder / TOKENIZER_FILE)), vectors_VD.float(), base_model=name
        )

    @classmethod
    def from_model2vec(cls, model_id_or_path: str) -> Self:
        """The vectors and tokenizer of a model of model2vec, from a folder or the Hub."""
        return cls.load(model_id_or_path, name=model_id_or_path)

    @classmethod
    def from_distillation(
        cls,
        model_name: str,
        vocabulary: list[str] | None = None,
        device: str | None = None,
        pca_dims: int | None = 256,
        apply_zipf: bool = True,
        sif_coefficient: float | None = 1e-4,
        token_remove_pattern: str | None = r"\[unused\d+\]",
        quantize_to: str = "float32",
        use_subword: bool = True,
        **kwargs: Any,
    ) -> Self:
        """Vectors for each token from what `model_name` says of it, made by model2vec.

        The parameters are those of its `distill`; what its release doesn't know is left out, with a
        warning. Raises ImportError where model2vec is missing.
        """
        distill = _distill()
        wanted = {
            "vocabulary": vocabulary,
            "device": device,
            "pca_dims": pca_dims,
            "apply_zipf": apply_zipf,
            "sif_coefficient": sif_coefficient,
            "token_remove_pattern": token_remove_pattern,
            "quantize_to": quantize_to,
            "use_subword": use_subword,
            **kwargs,
        }
        known = wanted.keys() & inspect.signature(distill).parameters.keys()
        if unknown := sorted(wanted.keys() - known):
            log.warning("model2vec's distill takes no %s: left out", ", ".join(unknown))
        distilled = distill(model_name, **{name: wanted[name] for name in known})
        vectors_VD = _one_a_token(
            torch.as_tensor(distilled.embedding),
            getattr(distilled, "token_mapping", None),
            getattr(distilled, "weights", None),
        )
        return cls(distilled.tokenizer, vectors_VD, base_model=model_name)


def _fast(tokenizer: Any) -> Tokenizer:
    if isinstance(tokenizer, PreTrainedTokenizerFast):
        tokenizer = tokenizer.backend_tokenizer
    if not isinstance(tokenizer, Tokenizer):
        raise ValueError(
            f"StaticEmbedding needs a fast tokenizer, and {type(tokenizer).__name__} is none. "
            "tokenizers.Tokenizer.from_pretrained(name) gives one."
        )
    return tokenizer


def _one_a_token(vectors: Tensor, mapping: Any | None, weights: Any | None) -> Tensor:
    """A row for each token: model2vec lets tokens share a row, and weighs each token by itself."""
    rows_VD = vectors if mapping is None else vectors[torch.as_tensor(mapping, dtype=torch.long)]
    if weights is not None:
        rows_VD = rows_VD.float() * torch.as_tensor(weights).float()[:, None]
    return rows_VD.float().contiguous()


def _distill() -> Callable[..., Any]:
    try:
        distilling = import_module("model2vec.distill")  # optional: nothing else here needs it
    except ImportError as cause:
        raise ImportError(
            "Distilling needs model2vec: pip install 'model2vec[distill]'."
        ) from cause
    distill: Callable[..., Any] = distilling.distill
    return distill
