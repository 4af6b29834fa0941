"""How alike each query is to its own positives, and taking those out of the candidates.

Legend: Q queries of one step; C texts of the corpus; D dimensions; K candidates; P positives.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from worker.engine.mining.material import Material
from worker.engine.mining.rescoring import Judge
from worker.engine.model import SentenceTransformer
from worker.engine.retrieval.nearest import Nearest

NO_POSITIVE = -2  # no candidate stands there, and no gap among candidates either


def positive_scores(
    model: SentenceTransformer,
    judge: Judge | None,
    material: Material,
    at: range,
    queries_QD: np.ndarray,
    corpus_CD: np.ndarray,
) -> list[Tensor]:
    """For each query of `at` the scores of its positives, by the judge if there is one."""
    places = [material.positives[query] for query in at]
    counts = [len(own) for own in places]
    if judge is None:
        flat = [place for own in places for place in own]
        scores = model.similarity_pairwise(np.repeat(queries_QD, counts, axis=0), corpus_CD[flat])
    else:
        scores = judge.scores(material.pairs(at))
    return list(torch.split(scores.cpu(), counts))


def without_positives(found: Nearest, positives: list[list[int]]) -> Nearest:
    """`found`, where what is a positive of the query has the score −∞."""
    own_QP = pad_sequence(
        [torch.tensor(places) for places in positives],
        batch_first=True,
        padding_value=NO_POSITIVE,
    )
    is_positive_QK = torch.zeros_like(found.places, dtype=torch.bool)
    for own_Q in own_QP.T:
        is_positive_QK |= found.places == own_Q[:, None]
    return Nearest(found.scores.masked_fill(is_positive_QK, -torch.inf), found.places)
