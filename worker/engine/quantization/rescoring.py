"""Searching in few bits, then ordering what was found with the query's full precision.

Legend: Q queries; K found for each; k of them kept; D dimensions.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from worker.engine.quantization.levels import Precision, quantize_embeddings, ranges_of, restored

log = logging.getLogger(__name__)

Hits: TypeAlias = list[list[dict[str, int | float]]]


@dataclass(frozen=True)
class Question:
    """What is asked of an index: `queries` as it stores its corpus, for `count` texts each.

    `exact_QD` are the queries in full, where what comes back is to be ordered by them.
    """

    queries: np.ndarray
    count: int
    exact_QD: np.ndarray | None
    ranges: np.ndarray | None


def ask(
    queries: np.ndarray,
    precision: Precision,
    top_k: int,
    ranges: np.ndarray | None,
    calibration: np.ndarray | None,
    rescore: bool,
    multiplier: int,
) -> Question:
    """How to search a corpus of `precision`, with rescoring where it can be had."""
    if queries.dtype in (np.uint8, np.int8):
        if rescore:
            log.warning("The queries are quantised, so nothing is rescored; pass rescore=False.")
        return Question(queries, top_k, None, ranges)
    if rescore and precision == "float32":
        log.warning("The corpus isn't quantised, so nothing is rescored; pass rescore=False.")
    rescores = rescore and precision != "float32"
    if rescores and precision.endswith("int8") and ranges is None:
        ranges = ranges_of(queries, precision, calibration)
    return Question(
        quantize_embeddings(queries, precision, ranges, calibration),
        top_k * multiplier if rescores else top_k,
        queries if rescores else None,
        ranges,
    )


def rescored(
    question: Question,
    places_QK: np.ndarray,
    found_QK: np.ndarray,
    stored: Callable[[int], Any],
    precision: Precision,
    top_k: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores, places and whether something was found there, Q×k, by the queries in full.

    `stored` gives the row of a place as the index keeps it: bits still packed, bytes as levels.
    """
    exact_QD = question.exact_QD
    if exact_QD is None:
        raise ValueError("There is nothing to rescore with: the queries are quantised.")
    rows = {place: stored(place) for place in np.unique(places_QK[found_QK]).tolist()}
    if not rows:
        nothing = np.zeros((len(places_QK), 0))
        return nothing, nothing.astype(int), nothing.astype(bool)
    blank = np.zeros_like(next(iter(rows.values())))
    values = np.array([[rows.get(p, blank) for p in row] for row in places_QK.tolist()])
    if precision.endswith("binary"):
        bits = np.unpackbits(values.astype(np.uint8), axis=-1)
        values = bits[..., : exact_QD.shape[-1]].astype(int)  # without what filled the last byte
    elif question.ranges is not None:
        values = restored(values, precision, question.ranges)
    scores = np.einsum("qd,qkd->qk", exact_QD, values).astype(np.float64)
    scores[~found_QK] = -np.inf
    order = np.argsort(-scores)[:, :top_k]
    return tuple(np.take_along_axis(a, order, axis=1) for a in (scores, places_QK, found_QK))  # type: ignore[return-value]  # three in, three out


def as_hits(scores: np.ndarray, places: np.ndarray, found: np.ndarray) -> Hits:
    """For each query what was found, best first."""
    return [
        [
            {"corpus_id": int(place), "score": float(score)}
            for score, place, is_there in zip(*row, strict=True)
            if is_there
        ]
        for row in zip(scores, places, found, strict=True)
    ]


def check_corpus(
    embeddings: object, index: object, precision: str, allowed: tuple[str, ...]
) -> None:
    """Raise ValueError unless there is one corpus, of a precision that the index knows."""
    if (embeddings is None) == (index is None):
        raise ValueError("Give either corpus_embeddings or corpus_index, and not both.")
    if precision not in allowed:
        raise ValueError(f"corpus_precision is one of {', '.join(allowed)}, not {precision!r}.")
