"""Groups of texts that lie close to one of their own.

Legend: N texts; D dimensions; S of them are looked at at once.
"""

from collections.abc import Iterator

import torch
from torch import Tensor
from tqdm import tqdm  # type: ignore[import-untyped]  # ships no types

from worker.engine.similarity import Vectors, as_rows, normalize_embeddings

CENTRES_AT_ONCE = 128  # few, since each community that is found takes other centres out


def community_detection(
    embeddings: Vectors,
    threshold: float = 0.75,
    min_community_size: int = 10,
    batch_size: int = 1024,
    show_progress_bar: bool = False,
) -> list[list[int]]:
    """Communities of rows of N×D, the largest first; each row is in at most one.

    A community is a centre, named first, and the rows whose cosine with it is at least `threshold`,
    nearest first; rows with the most such neighbours become centres first. Communities of fewer
    than `min_community_size` rows are left out. Memory: `batch_size` × N scores.
    """
    if len(embeddings) == 0:
        return []
    rows = normalize_embeddings(as_rows(embeddings))
    sizes = _neighbourhood_sizes(rows, threshold, batch_size, show_progress_bar)
    order = torch.argsort(sizes, descending=True, stable=True)
    centres = order[sizes[order] >= min_community_size]
    communities = []
    is_free = torch.ones(len(rows), dtype=torch.bool, device=rows.device)
    for centre, scores_N in _scores_of_free_centres(rows, centres, is_free, batch_size):
        members = torch.nonzero((scores_N >= threshold) & is_free).squeeze(1)
        if len(members) < min_community_size:
            continue
        is_free[members] = False
        is_free[centre] = False
        nearest_first = members[torch.argsort(scores_N[members], descending=True, stable=True)]
        others = nearest_first[nearest_first != centre].tolist()
        communities.append([centre, *others])
    return sorted(communities, key=len, reverse=True)


def _neighbourhood_sizes(rows: Tensor, threshold: float, batch_size: int, show: bool) -> Tensor:
    """How many rows lie within `threshold` of each row, itself among them: N."""
    sizes = torch.zeros(len(rows), dtype=torch.long, device=rows.device)
    starts = range(0, len(rows), batch_size)
    for start in tqdm(starts, desc="Counting neighbours", disable=not show):
        # what lies before `start` has met these rows already, since cosine is symmetric
        is_near = rows[start : start + batch_size] @ rows[start:].T >= threshold
        own = len(is_near)
        sizes[start : start + own] += is_near.sum(dim=1)
        sizes[start + own :] += is_near[:, own:].sum(dim=0)
    return sizes


def _scores_of_free_centres(
    rows: Tensor, centres: Tensor, is_free: Tensor, batch_size: int
) -> Iterator[tuple[int, Tensor]]:
    """Each of `centres` that is still free when its turn comes, with its scores N."""
    at_once = min(CENTRES_AT_ONCE, batch_size)
    while len(centres):
        free = centres[is_free[centres]]
        some, centres = free[:at_once], free[at_once:]
        for centre, scores_N in zip(some.tolist(), rows[some] @ rows.T, strict=True):
            if is_free[centre]:
                yield centre, scores_N
