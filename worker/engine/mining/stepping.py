"""Mining, some queries at a time: memory grows with their number and not with the dataset's.

Legend: Q queries; C texts of the corpus; D dimensions.
"""

from collections import Counter

import numpy as np
import torch
from tqdm import tqdm  # type: ignore[import-untyped]  # ships no types

from worker.engine.mining.candidates import by_faiss, by_the_model
from worker.engine.mining.choosing import Negatives, choose
from worker.engine.mining.filters import Dropped, within
from worker.engine.mining.material import Material
from worker.engine.mining.positives import positive_scores, without_positives
from worker.engine.mining.rescoring import Judge
from worker.engine.mining.rows import Mined
from worker.engine.mining.rules import Rules
from worker.engine.model import SentenceTransformer


def mine(
    model: SentenceTransformer,
    material: Material,
    vectors: tuple[np.ndarray, np.ndarray],
    rules: Rules,
    judge: Judge | None,
    use_faiss: bool,
    at_once: int,
    show_progress: bool,
) -> tuple[Mined, Dropped]:
    """The negatives of all queries, `at_once` at a time, and how many candidates were dropped.

    `vectors` are those of the queries Q×D and of the corpus C×D. Raises ValueError for an `at_once`
    below 1.
    """
    if at_once < 1:
        raise ValueError(f"faiss_batch_size is {at_once}; search for at least 1 query at a time.")
    queries_QD, corpus_CD = vectors
    # the positives come first and are taken out, so that many more have to be found
    count = rules.range_max + material.most_rows
    search = by_faiss(corpus_CD, count) if use_faiss else by_the_model(model, corpus_CD, count)
    scores: list[list[float]] = []
    negatives: list[Negatives] = []
    dropped: Dropped = Counter()
    starts = range(0, len(queries_QD), at_once)
    for start in tqdm(starts, desc="Searching", disable=not show_progress):
        some_QD = queries_QD[start : start + at_once]
        at = range(start, start + len(some_QD))
        found = search(some_QD)
        if judge:
            found = judge.rescored(found, [material.queries[q] for q in at], material.corpus)
        if not rules.include_positives:
            found = without_positives(found, [material.positives[q] for q in at])
        of_positives = positive_scores(model, judge, material, at, some_QD, corpus_CD)
        lowest_Q = torch.stack([own.min() for own in of_positives])
        found, taken_out = within(rules, found, lowest_Q)
        dropped += taken_out
        negatives += choose(found, rules)
        scores += [own.tolist() for own in of_positives]
    return Mined(material, scores, negatives, rules.num_negatives), dropped
