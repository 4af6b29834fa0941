"""The best k of a corpus for each query, without ever holding all scores.

Legend: Q queries; C texts of the corpus; D dimensions; k best.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from worker.engine.similarity import Similarity, cos_sim, dot_score, normalize_embeddings


class Nearest(NamedTuple):
    """Scores Q×k, falling, and the places of those texts in the corpus, Q×k."""

    scores: Tensor
    places: Tensor


def nearest(
    queries_QD: Tensor,
    corpus_CD: Tensor,
    k: int,
    similarity: Similarity = cos_sim,
    *,
    corpus_chunk_size: int,
) -> Nearest:
    """The `k` best of the corpus (all of it, if smaller) for each query.

    Memory: Q × `corpus_chunk_size` scores at once, and k a query.
    """
    best: Nearest | None = None
    for start in range(0, len(corpus_CD), corpus_chunk_size):
        scores = similarity(queries_QD, corpus_CD[start : start + corpus_chunk_size])
        found = scores.detach().topk(min(k, scores.shape[1]), dim=1)
        best = _merged(best, Nearest(found.values, found.indices + start), k)
    if best is None:
        none = queries_QD.new_empty(len(queries_QD), 0)
        return Nearest(none, none.long())
    return best


def _merged(one: Nearest | None, other: Nearest, k: int) -> Nearest:
    if one is None:
        return other
    scores = torch.cat([one.scores, other.scores], dim=1)
    places = torch.cat([one.places, other.places], dim=1)
    best = scores.topk(min(k, scores.shape[1]), dim=1)
    return Nearest(best.values, places.gather(1, best.indices))


def normalized_once(
    similarity: Similarity, *embeddings: Tensor
) -> tuple[Similarity, tuple[Tensor, ...]]:
    """Cosine as a dot product of rows brought to length 1 here, and not again for each chunk."""
    if similarity is not cos_sim:
        return similarity, embeddings
    return dot_score, tuple(normalize_embeddings(rows) for rows in embeddings)
