"""Two models' vectors of the same texts as two maps that the eye can compare. Pure.

Each map is the plane in which the vectors differ most: the two first principal components (Pearson
1901, doi 10.1080/14786440109462720). A plane may be turned and mirrored at will, so the base
model's is turned onto the tuned one's, as near as a turn can bring it (orthogonal Procrustes:
Schönemann 1966, doi 10.1007/BF02289451). Nothing is stretched: both maps have one measure, and what
lies close together in one really is closer there. The tuned model's own axes point to where its
farthest text is, which the vectors alone decide, whatever their axes (after Bro, Acar and Kolda
2008, doi 10.1002/cem.1122).

Legend: N texts; D dimensions, which the two models needn't share.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class FlatMaps:
    """Points N×2 of each model, around 0; `…_share` is how much of the variance of the vectors is
    in the plane, 0…1."""

    base: Numbers
    tuned: Numbers
    base_share: float
    tuned_share: float


def flat_maps(base_ND: NDArray[np.float32], tuned_ND: NDArray[np.float32]) -> FlatMaps:
    """Both maps. The base model's vectors may be turned or mirrored as a whole: its map stays."""
    base_N2, base_share = _plane(base_ND)
    plane_N2, tuned_share = _plane(tuned_ND)
    tuned_N2 = _pointed(plane_N2)
    return FlatMaps(
        base=turned(base_N2, tuned_N2),
        tuned=tuned_N2,
        base_share=base_share,
        tuned_share=tuned_share,
    )


def turned(points_N2: Numbers, onto_N2: Numbers) -> Numbers:
    """`points`, turned or mirrored as a whole so that they lie as near to `onto` as they can: the
    least sum of squared distances."""
    left, _, right = np.linalg.svd(points_N2.T @ onto_N2)
    found: Numbers = points_N2 @ (left @ right)
    return found


def _pointed(points_N2: Numbers) -> Numbers:
    """Each axis so that the point farthest out on it has a positive coordinate."""
    farthest = np.abs(points_N2).argmax(axis=0)
    signs = np.where(points_N2[farthest, np.arange(points_N2.shape[1])] < 0, -1.0, 1.0)
    found: Numbers = points_N2 * signs
    return found


def _plane(vectors_ND: NDArray[np.float32]) -> tuple[Numbers, float]:
    """The two first principal components, and their share of the variance; by the smaller of the
    two products, which have the same eigenvalues."""
    centred_ND = vectors_ND.astype(np.float64)
    centred_ND -= centred_ND.mean(axis=0)
    is_wide = centred_ND.shape[1] > len(centred_ND)
    product = centred_ND @ centred_ND.T if is_wide else centred_ND.T @ centred_ND
    values, vectors = np.linalg.eigh(product)
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    plane = vectors[:, :2] * np.sqrt(values[:2]) if is_wide else centred_ND @ vectors[:, :2]
    missing = 2 - plane.shape[1]  # two texts, or a model of one dimension, span no plane
    total = values.sum()
    share = float(values[:2].sum() / total) if total > 0 else 1.0
    return np.pad(plane, ((0, 0), (0, missing))), share
