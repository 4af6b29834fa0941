"""Which texts of a corpus are nearest to each query."""

from typing import Any

from worker.engine.retrieval.nearest import nearest, normalized_once
from worker.engine.similarity import Similarity, Vectors, as_rows, cos_sim


def semantic_search(
    query_embeddings: Vectors,
    corpus_embeddings: Vectors,
    query_chunk_size: int = 100,
    corpus_chunk_size: int = 500000,
    top_k: int = 10,
    score_function: Similarity = cos_sim,
) -> list[list[dict[str, int | float]]]:
    """For each query its `top_k` of the corpus, best first: [{"corpus_id": …, "score": …}, …].

    Queries N×D (or one, D), corpus M×D; queries move to the corpus's device. At most
    `query_chunk_size` × `corpus_chunk_size` scores are held at once.
    """
    corpus = as_rows(corpus_embeddings)
    queries = as_rows(query_embeddings).to(corpus.device)
    similarity, (queries, corpus) = normalized_once(score_function, queries, corpus)
    hits: list[list[dict[str, int | float]]] = []
    for start in range(0, len(queries), query_chunk_size):
        some = queries[start : start + query_chunk_size]
        found = nearest(some, corpus, top_k, similarity, corpus_chunk_size=corpus_chunk_size)
        hits += [
            [{"corpus_id": place, "score": score} for place, score in zip(*row, strict=True)]
            for row in zip(found.places.tolist(), found.scores.tolist(), strict=True)
        ]
    return hits


def information_retrieval(*args: Any, **kwargs: Any) -> list[list[dict[str, int | float]]]:
    """`semantic_search` by the name that it had once."""
    return semantic_search(*args, **kwargs)
