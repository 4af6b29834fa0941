"""Searching with USearch."""

import time
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from worker.engine.quantization.levels import unsigned
from worker.engine.quantization.rescoring import as_hits, ask, check_corpus, rescored

if TYPE_CHECKING:
    import usearch.index

METRICS: dict[str, dict[str, Any]] = {
    "float32": {"metric": "cos", "dtype": "f32"},
    "int8": {"metric": "ip", "dtype": "i8"},
    "ubinary": {"metric": "hamming", "dtype": "b1"},
    "binary": {"metric": "hamming", "dtype": "b1"},
}


def semantic_search_usearch(
    query_embeddings: np.ndarray,
    corpus_embeddings: np.ndarray | None = None,
    corpus_index: "usearch.index.Index | None" = None,
    corpus_precision: Literal["float32", "int8", "ubinary", "binary"] = "float32",
    top_k: int = 10,
    ranges: np.ndarray | None = None,
    calibration_embeddings: np.ndarray | None = None,
    rescore: bool = True,
    rescore_multiplier: int = 2,
    exact: bool = True,
    output_index: bool = False,
) -> tuple[Any, ...]:
    """For each query its `top_k` of a corpus or an index: (hits, seconds[, index]).

    As `semantic_search_faiss`, except that without rescoring a score is a distance, so that lower
    is nearer, and that `exact=False` searches the same index approximately.
    Raises ValueError for a corpus that can't be searched, ImportError without USearch.
    """
    check_corpus(corpus_embeddings, corpus_index, corpus_precision, tuple(METRICS))
    index = _built(corpus_embeddings, corpus_precision) if corpus_index is None else corpus_index
    question = ask(
        query_embeddings, corpus_precision, top_k, ranges, calibration_embeddings, rescore,
        rescore_multiplier,
    )  # fmt: skip
    started = time.perf_counter()
    matches = index.search(
        _as_stored(question.queries, corpus_precision), question.count, exact=exact
    )
    scores, places = np.atleast_2d(matches.distances), np.atleast_2d(matches.keys).astype(np.int64)
    # a single query has no counts: then nothing is filled up
    counts = np.reshape(np.asarray(getattr(matches, "counts", places.shape[1])), (-1, 1))
    found = np.arange(places.shape[1]) < counts
    if question.exact_QD is not None:
        scores, places, found = rescored(
            question, places, found, index.get, corpus_precision, top_k
        )
    seconds = time.perf_counter() - started
    hits = as_hits(scores, places, found)
    return (hits, seconds, index) if output_index else (hits, seconds)


def _built(corpus: Any, precision: str) -> Any:
    try:
        from usearch.index import Index
    except ImportError as cause:
        raise ImportError("Searching with USearch needs it: pip install usearch.") from cause
    bits = 8 if precision.endswith("binary") else 1
    index = Index(ndim=corpus.shape[1] * bits, **METRICS[precision])
    index.add(np.arange(len(corpus)), _as_stored(corpus, precision))
    return index


def _as_stored(rows: np.ndarray, precision: str) -> np.ndarray:
    """A b1 index reads bits as they are; `binary` has taken 128 off each byte of them."""
    return unsigned(rows) if precision == "binary" else rows
