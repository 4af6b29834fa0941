"""A model's vectors as they would be if they were shorter, or stored in fewer bits: what evaluators
ask instead of the model, so that one encoding serves for all sizes.

Legend: N texts; Q queries; C documents; D dimensions.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import torch
from torch import Tensor

from worker.engine.evaluation.embeddings import Embedder, encoder_of, similarity_of
from worker.engine.quantization.levels import (
    quantize_embeddings,
    quantized_for_comparison,
    ranges_of,
    restored,
)
from worker.engine.similarity import SimilarityFunction, as_rows, dot_score, normalize_embeddings

Stored: TypeAlias = Literal["float32", "int8", "binary"]

FOUND_BY_BITS = 40
"""So many documents are found by their bits alone, and then ordered by the query in full: ten to be
shown, four times over."""


class Remembered:
    """A model's whole vectors, each text encoded once for every side and prompt, on the processor."""

    def __init__(self, model: Embedder) -> None:
        self._model = model
        self._rows: dict[tuple[str | None, str | None, str | None], dict[str, Tensor]] = {}
        self.similarity_fn_name = similarity_of(model)

    def vectors(
        self,
        side: str | None,
        texts: Sequence[str],
        prompt: str | None = None,
        prompt_name: str | None = None,
        **options: Any,
    ) -> Tensor:
        """N×D, as the model's method of that side ("query", "document", None) gives them."""
        known = self._rows.setdefault((side, prompt, prompt_name), {})
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            asked = {"prompt": prompt, "prompt_name": prompt_name}
            given = {name: value for name, value in asked.items() if value is not None}
            made = encoder_of(self._model, side)(new, convert_to_tensor=True, **given, **options)
            known.update(zip(new, as_rows(made).float().cpu(), strict=True))
        return torch.stack([known[text] for text in texts])

    @property
    def texts(self) -> Iterable[str]:
        """Those that were encoded, in the order in which they came."""
        return (text for rows in self._rows.values() for text in rows)


class SmallerVectors:
    """The first `dim` of the dimensions (None: all), stored at `precision`.

    Where texts are compared with their like, both are stored, and compared as Sentence
    Transformers' EmbeddingSimilarityEvaluator does with its `precision`. Where queries search
    documents, the documents are stored (of a cosine model brought to length 1) and a query keeps its
    full precision, as in a search with rescoring: int8 is read back into numbers; by bits
    `FOUND_BY_BITS` documents are found, and then ordered by the query's product with them.
    """

    def __init__(self, whole: Remembered, dim: int | None, precision: Stored) -> None:
        self._whole = whole
        self._dim = dim
        self._precision: Stored = precision
        self.similarity_fn_name = whole.similarity_fn_name

    def encode(self, texts: Sequence[str], **options: Any) -> Tensor:
        vectors_ND = self._cut(None, texts, options)
        if self._precision == "float32":
            return vectors_ND
        return quantized_for_comparison(normalize_embeddings(vectors_ND), self._precision)

    def encode_query(self, texts: Sequence[str], **options: Any) -> Tensor:
        return self._cut("query", texts, options)

    def encode_document(self, texts: Sequence[str], **options: Any) -> Tensor:
        vectors_ND = self._cut("document", texts, options)
        if self._precision != "float32" and self.similarity_fn_name == SimilarityFunction.COSINE:
            vectors_ND = normalize_embeddings(vectors_ND)
        match self._precision:
            case "float32":
                return vectors_ND
            case "int8":
                return _read_back(vectors_ND)
            case "binary":
                return torch.where(vectors_ND > 0, 1.0, -1.0)

    def similarity(self, queries_QD: Tensor, documents_CD: Tensor) -> Tensor:
        """Q×C, for queries and stored documents."""
        if self._precision == "binary":
            return _rescored(queries_QD, documents_CD)
        score = SimilarityFunction.to_similarity_fn(self.similarity_fn_name)
        return score(queries_QD, documents_CD)

    def _cut(self, side: str | None, texts: Sequence[str], options: dict[str, Any]) -> Tensor:
        is_normal = options.pop("normalize_embeddings", False)
        asked = {name: value for name, value in options.items() if name not in _OURS}
        vectors_ND = self._whole.vectors(side, texts, **asked)[:, : self._dim]
        return normalize_embeddings(vectors_ND) if is_normal else vectors_ND


_OURS = frozenset({"convert_to_tensor", "convert_to_numpy", "truncate_dim", "precision"})
"""Options of `encode` that say what becomes of a vector: that is settled here."""


def _read_back(vectors_ND: Tensor) -> Tensor:
    """What is left of vectors that were stored in bytes, each dimension over its own range."""
    values = vectors_ND.numpy()
    if len(values) < 2:
        return vectors_ND  # a single vector has no range
    ranges = ranges_of(values, "int8", values)
    levels = quantize_embeddings(values, "int8", ranges=ranges)
    return torch.from_numpy(restored(levels, "int8", ranges).astype(np.float32))


def _rescored(queries_QD: Tensor, signs_CD: Tensor) -> Tensor:
    """Those found by bits, ordered by the query in full; behind them the others, by their bits."""
    by_bits_QC = dot_score(torch.where(queries_QD > 0, 1.0, -1.0), signs_CD)
    in_full_QC = dot_score(queries_QD, signs_CD)
    found_QK = by_bits_QC.topk(min(FOUND_BY_BITS, len(signs_CD)), dim=1).indices
    is_found_QC = torch.zeros_like(by_bits_QC, dtype=torch.bool).scatter(1, found_QK, True)
    behind = queries_QD.shape[1] + float(in_full_QC.abs().max()) + 1
    return torch.where(is_found_QC, in_full_QC, by_bits_QC - behind)
