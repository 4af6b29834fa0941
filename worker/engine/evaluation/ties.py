"""The worth of a ranking in which scores may be equal. Legend: C candidates; G groups of equals."""

import numpy as np


def ndcg(scores_C: np.ndarray, gains_C: np.ndarray, k: int) -> float:
    """Discounted gain of the k highest scores, by that of the best order; 0 where nothing gains.

    Equal scores share the discounts of the places they fill, as all their orders are as likely.
    Source: McSherry and Najork 2008, doi 10.1007/978-3-540-78646-7_38
    """
    discounts_C = 1 / np.log2(np.arange(2, len(scores_C) + 2))
    discounts_C[k:] = 0
    _, group_C, counts_G = np.unique(-scores_C, return_inverse=True, return_counts=True)
    mean_gains_G = np.bincount(group_C, weights=gains_C) / counts_G
    ends_G = np.cumsum(counts_G)
    discounts_G = np.diff(np.cumsum(discounts_C)[ends_G - 1], prepend=0.0)
    ideal = np.sort(gains_C.astype(float))[::-1] @ discounts_C
    return float(mean_gains_G @ discounts_G / ideal) if ideal > 0 else 0.0
