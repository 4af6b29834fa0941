"""Pairs of texts that say the same, found among all pairs.

Legend: N texts; D dimensions; Q of them are asked at once; k nearest of each; P pairs.
"""

from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from worker.engine.retrieval.nearest import Nearest, nearest, normalized_once
from worker.engine.similarity import Similarity, Vectors, as_floats, cos_sim

if TYPE_CHECKING:
    from worker.engine.model import SentenceTransformer


def paraphrase_mining(
    model: "SentenceTransformer",
    sentences: list[str],
    show_progress_bar: bool = False,
    batch_size: int = 32,
    query_chunk_size: int = 5000,
    corpus_chunk_size: int = 100000,
    max_pairs: int = 500000,
    top_k: int = 100,
    score_function: Similarity = cos_sim,
    truncate_dim: int | None = None,
    prompt_name: str | None = None,
    prompt: str | None = None,
) -> list[list[float | int]]:
    """The most alike pairs of `sentences`, best first: [score, place of one, place of the other].

    The model encodes with `batch_size`, `prompt` (or the one named) and `truncate_dim`; the rest
    is `paraphrase_mining_embeddings`.
    """
    embeddings = model.encode(
        sentences,
        show_progress_bar=show_progress_bar,
        batch_size=batch_size,
        convert_to_tensor=True,
        truncate_dim=truncate_dim,
        prompt_name=prompt_name,
        prompt=prompt,
    )
    return paraphrase_mining_embeddings(
        embeddings, query_chunk_size, corpus_chunk_size, max_pairs, top_k, score_function
    )


def paraphrase_mining_embeddings(
    embeddings: Vectors,
    query_chunk_size: int = 5000,
    corpus_chunk_size: int = 100000,
    max_pairs: int = 500000,
    top_k: int = 100,
    score_function: Similarity = cos_sim,
) -> list[list[float | int]]:
    """The `max_pairs` most alike pairs of rows of N×D, best first: [score, i, j] with i < j.

    Each row offers its `top_k` nearest others. `score_function` has to be symmetric: a pair is
    scored once. Held at once: `query_chunk_size` × `corpus_chunk_size` scores, and the pairs.
    """
    rows = as_floats(embeddings)
    similarity, (rows,) = normalized_once(score_function, rows)
    kept = _Pairs.none()
    for start in range(0, len(rows), query_chunk_size):
        some = rows[start : start + query_chunk_size]
        # one more than asked for: each row is its own nearest
        found = nearest(some, rows, top_k + 1, similarity, corpus_chunk_size=corpus_chunk_size)
        kept = kept.joined(_pairs_of(found, start, top_k, len(rows))).best(max_pairs)
    places = zip(*kept.places(len(rows)), strict=True)
    scored = zip(kept.scores_P.tolist(), places, strict=True)
    return [[score, i, j] for score, (i, j) in scored]


class _Pairs(NamedTuple):
    """Scores P, and codes P: the pair (i, j), i < j, of N rows is the number i · N + j."""

    scores_P: Tensor
    codes_P: Tensor

    @classmethod
    def none(cls) -> "_Pairs":
        return cls(torch.empty(0), torch.empty(0, dtype=torch.long))

    def joined(self, others: "_Pairs") -> "_Pairs":
        """Both, each pair once: where both have it, as it is here."""
        codes, order = torch.sort(torch.cat([self.codes_P, others.codes_P]), stable=True)
        is_first = torch.ones_like(codes, dtype=torch.bool)
        is_first[1:] = codes[1:] != codes[:-1]
        scores = torch.cat([self.scores_P, others.scores_P])
        return _Pairs(scores[order[is_first]], codes[is_first])

    def best(self, count: int) -> "_Pairs":
        """The `count` best, best first."""
        best = self.scores_P.topk(min(count, len(self.scores_P)))
        return _Pairs(best.values, self.codes_P[best.indices])

    def places(self, rows: int) -> tuple[list[int], list[int]]:
        return (self.codes_P // rows).tolist(), (self.codes_P % rows).tolist()


def _pairs_of(found: Nearest, start: int, top_k: int, rows: int) -> _Pairs:
    """Each of the rows from `start` on with its `top_k` nearest others."""
    scores_Qk, places_Qk = found.scores.cpu(), found.places.cpu()
    own_Q1 = torch.arange(start, start + len(places_Qk))[:, None]
    is_other_Qk = places_Qk != own_Q1
    is_other_Qk &= is_other_Qk.cumsum(dim=1) <= top_k
    lower = torch.minimum(places_Qk, own_Q1)[is_other_Qk]
    higher = torch.maximum(places_Qk, own_Q1)[is_other_Qk]
    return _Pairs(scores_Qk[is_other_Qk], lower * rows + higher)
