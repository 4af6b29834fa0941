"""The nearest texts of the corpus for some queries at a time.

Legend: Q queries of one step; C texts of the corpus; D dimensions; K candidates.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import pad

from worker.engine.model import SentenceTransformer
from worker.engine.retrieval.nearest import Nearest, nearest

SCORES_AT_ONCE = 2**25  # 128 MB of 32-bit floats
QUERIES_AT_ONCE = 1024  # few queries and many texts: choosing the best of short rows is slow
NOTHING = -1  # the place where there is no candidate; its score is −∞

Search: TypeAlias = Callable[[np.ndarray], Nearest]


def by_the_model(model: SentenceTransformer, corpus_CD: np.ndarray, count: int) -> Search:
    """Search by the model's own similarity; no more than SCORES_AT_ONCE scores are ever held."""
    corpus = torch.from_numpy(corpus_CD)

    def similarity(some: Tensor, part: Tensor) -> Tensor:
        return model.similarity(some, part.to(model.device))

    def search(queries_QD: np.ndarray) -> Nearest:
        parts = []
        for start in range(0, len(queries_QD), QUERIES_AT_ONCE):
            some = torch.from_numpy(queries_QD[start : start + QUERIES_AT_ONCE]).to(model.device)
            size = max(1, SCORES_AT_ONCE // len(some))
            found = nearest(some, corpus, count, similarity, corpus_chunk_size=size)
            parts.append(_filled(found, count))
        return Nearest(*(torch.cat(columns) for columns in zip(*parts, strict=True)))

    return search


def by_faiss(corpus_CD: np.ndarray, count: int) -> Search:
    """Search with FAISS, by dot product, on its graphics cards if it has any."""
    faiss = import_faiss()
    index = faiss.IndexFlatIP(corpus_CD.shape[1])
    if graphics_cards():
        index = faiss.index_cpu_to_all_gpus(index)
    index.add(corpus_CD)

    def search(queries_QD: np.ndarray) -> Nearest:
        scores, places = index.search(queries_QD, k=count)
        scores[places == NOTHING] = -np.inf
        return Nearest(torch.from_numpy(scores), torch.from_numpy(places))

    return search


def import_faiss() -> Any:
    """FAISS. Raises ImportError that says how to get it."""
    try:
        import faiss
    except ImportError as cause:
        raise ImportError(
            "use_faiss=True needs FAISS: pip install faiss-cpu. Without it, leave use_faiss out."
        ) from cause
    return faiss


def graphics_cards() -> int:
    """How many graphics cards FAISS can use; builds for the CPU don't know the question."""
    count: int = getattr(import_faiss(), "get_num_gpus", int)()
    return count


def _filled(found: Nearest, count: int) -> Nearest:
    """K columns even where the corpus has fewer texts."""
    missing = count - found.scores.shape[1]
    return Nearest(
        pad(found.scores.cpu(), (0, missing), value=-torch.inf),
        pad(found.places.cpu(), (0, missing), value=NOTHING),
    )
