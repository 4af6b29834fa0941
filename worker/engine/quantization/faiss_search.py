"""Searching with FAISS."""

import time
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from worker.engine.quantization.rescoring import as_hits, ask, check_corpus, rescored

if TYPE_CHECKING:
    import faiss

NEIGHBOURS = 16  # of each node of an approximate index


def semantic_search_faiss(
    query_embeddings: np.ndarray,
    corpus_embeddings: np.ndarray | None = None,
    corpus_index: "faiss.Index | None" = None,
    corpus_precision: Literal["float32", "uint8", "ubinary"] = "float32",
    top_k: int = 10,
    ranges: np.ndarray | None = None,
    calibration_embeddings: np.ndarray | None = None,
    rescore: bool = True,
    rescore_multiplier: int = 2,
    exact: bool = True,
    output_index: bool = False,
) -> tuple[Any, ...]:
    """For each query its `top_k` of a corpus or an index: (hits, seconds[, index]).

    Hits are [{"corpus_id": …, "score": …}, …], best first, fewer where the corpus has fewer.
    With a corpus of fewer bits and float queries, `top_k` · `rescore_multiplier` texts are found
    and ordered again by the queries in full, unless `rescore` is False; `ranges` or
    `calibration_embeddings` are then those that the corpus was quantised with.
    `exact=False` builds an approximate index. Raises ValueError for a corpus that can't be
    searched, ImportError without FAISS.
    """
    check_corpus(corpus_embeddings, corpus_index, corpus_precision, ("float32", "uint8", "ubinary"))
    index = (
        _built(corpus_embeddings, corpus_precision, exact) if corpus_index is None else corpus_index
    )
    question = ask(
        query_embeddings, corpus_precision, top_k, ranges, calibration_embeddings, rescore,
        rescore_multiplier,
    )  # fmt: skip
    started = time.perf_counter()
    scores, places = index.search(question.queries, question.count)
    found = places != -1  # FAISS fills up with −1 where there are no more
    if question.exact_QD is not None:
        scores, places, found = rescored(
            question, places, found, index.reconstruct, corpus_precision, top_k
        )
    seconds = time.perf_counter() - started
    hits = as_hits(scores, places, found)
    return (hits, seconds, index) if output_index else (hits, seconds)


def _built(corpus: Any, precision: str, exact: bool) -> Any:
    try:
        import faiss
    except ImportError as cause:
        raise ImportError("Searching with FAISS needs it: pip install faiss-cpu.") from cause
    index: Any
    if precision == "ubinary":
        bits = corpus.shape[1] * 8
        index = faiss.IndexBinaryFlat(bits) if exact else faiss.IndexBinaryHNSW(bits, NEIGHBOURS)
    elif exact:
        index = faiss.IndexFlatIP(corpus.shape[1])
    else:
        index = faiss.IndexHNSWFlat(corpus.shape[1], NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
    index.add(corpus)
    return index
