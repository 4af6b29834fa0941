"""How alike two texts are when each is a vector a token: every token finds its best match.

Legend: A queries, B documents; S tokens of a query, T of a document; D dimensions; P pairs.
Padding is taken out by masks; where there are none, it is rows of zeros.
"""

import logging
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from worker.engine.vectors import as_tensor

log = logging.getLogger(__name__)

TokenVectors: TypeAlias = Tensor | np.ndarray | list[Tensor] | list[np.ndarray]
Mask: TypeAlias = Tensor | np.ndarray | list[Tensor] | None

CHUNK_ELEMENTS = 100_000_000  # 400 MB of 32-bit floats
EMPTY_SCORE = -1e9  # of a document without tokens: below every other, and can still be squared


def maxsim(
    a: TokenVectors,
    b: TokenVectors,
    a_mask: Mask = None,
    b_mask: Mask = None,
    chunk_elements: int | None = None,
    length_normalize: bool = False,
    device: str | torch.device | None = None,
) -> Tensor:
    """Σ over the query's tokens of the best dot product with a token of the document: A×B.

    `a` and `b` are padded tensors (A×S×D, B×T×D), lists of one S×D a text, or a single S×D.
    `chunk_elements` bounds what is held at once, `length_normalize` divides by the query's tokens,
    `device` is where scores are computed; they return to the documents'. Always 32-bit floats.
    Source: O. Khattab and M. Zaharia 2020, arXiv 2004.12832.
    """
    queries, documents = _texts(a, a_mask, "a_mask"), _texts(b, b_mask, "b_mask")
    home = documents[0].device if documents else torch.device("cpu")
    if not queries or not documents:
        return torch.zeros(len(queries), len(documents), device=home)
    budget = CHUNK_ELEMENTS if chunk_elements is None else chunk_elements
    longest = max(len(d) for d in documents)
    rows = []
    for some_queries in _chunks(queries, budget, longest):
        a_ASD, a_mask_AS = _pad(some_queries, device or home)
        columns = [
            _sum_of_best(a_ASD[:, None], a_mask_AS[:, None], *_pad(some, device or home)).to(home)
            for some in _chunks(documents, budget, a_mask_AS.numel())
        ]
        rows.append(torch.cat(columns, dim=1))
    scores_AB = torch.cat(rows)
    return scores_AB / _counts(queries, home)[:, None] if length_normalize else scores_AB


def maxsim_pairwise(
    a: TokenVectors,
    b: TokenVectors,
    a_mask: Mask = None,
    b_mask: Mask = None,
    chunk_elements: int | None = None,
    length_normalize: bool = False,
    device: str | torch.device | None = None,
) -> Tensor:
    """`maxsim` of query i with document i alone: P. Raises ValueError if their numbers differ."""
    queries, documents = _texts(a, a_mask, "a_mask"), _texts(b, b_mask, "b_mask")
    if len(queries) != len(documents):
        raise ValueError(f"{len(queries)} queries and {len(documents)} documents make no pairs.")
    home = documents[0].device if documents else torch.device("cpu")
    if not queries:
        return torch.zeros(0, device=home)
    budget = CHUNK_ELEMENTS if chunk_elements is None else chunk_elements
    parts, done = [], 0
    for some in _chunks(documents, budget, max(len(q) for q in queries)):
        a_PSD, a_mask_PS = _pad(queries[done : done + len(some)], device or home)
        parts.append(_sum_of_best(a_PSD, a_mask_PS, *_pad(some, device or home)).to(home))
        done += len(some)
    scores_P = torch.cat(parts)
    return scores_P / _counts(queries, home) if length_normalize else scores_P


def mean_maxsim(
    a: TokenVectors,
    b: TokenVectors,
    a_mask: Mask = None,
    b_mask: Mask = None,
    chunk_elements: int | None = None,
    length_normalize: bool = True,
    device: str | torch.device | None = None,
) -> Tensor:
    """`maxsim` a token of the query, so that short and long queries can be compared: A×B."""
    return maxsim(a, b, a_mask, b_mask, chunk_elements, length_normalize, device)


def mean_maxsim_pairwise(
    a: TokenVectors,
    b: TokenVectors,
    a_mask: Mask = None,
    b_mask: Mask = None,
    chunk_elements: int | None = None,
    length_normalize: bool = True,
    device: str | torch.device | None = None,
) -> Tensor:
    """`maxsim_pairwise` a token of the query: P."""
    return maxsim_pairwise(a, b, a_mask, b_mask, chunk_elements, length_normalize, device)


def _texts(vectors: TokenVectors, mask: Mask, name: str) -> list[Tensor]:
    """One T×D a text, without its padding."""
    if not isinstance(vectors, list):
        whole = as_tensor(vectors)
        vectors = list(whole[None] if whole.dim() == 2 else whole)
        if mask is None:
            mask = list((whole[None] if whole.dim() == 2 else whole).any(dim=-1))
    texts = [as_tensor(text) for text in vectors]
    floats = [text if text.is_floating_point() else text.float() for text in texts]
    if mask is None:
        return floats
    masks = list(mask) if isinstance(mask, list) or mask.ndim > 1 else [mask]
    width, longest = max(map(len, masks), default=0), max(map(len, floats), default=0)
    if width != longest:
        raise ValueError(
            f"`{name}` covers {width} tokens, but the padded embeddings have {longest}."
        )
    if len(masks) == 1:
        masks = masks * len(floats)
    return [
        text[torch.as_tensor(m)[: len(text)].to(text.device).bool()]
        for text, m in zip(floats, masks, strict=True)
    ]


def _chunks(texts: Sequence[Tensor], budget: int, others: int) -> list[list[Tensor]]:
    """Texts in their order, as many at once as fit: each token costs its vector and its scores."""
    chunks: list[list[Tensor]] = [[]]
    width = 0
    for text in texts:
        width = max(width, len(text))
        if chunks[-1] and (len(chunks[-1]) + 1) * width * (text.shape[-1] + others) > budget:
            chunks.append([])
            width = len(text)
        chunks[-1].append(text)
    return chunks


def _pad(texts: list[Tensor], device: str | torch.device) -> tuple[Tensor, Tensor]:
    """B×T×D and the mask B×T of what is no padding."""
    lengths = torch.tensor([len(text) for text in texts], device=device)
    padded = pad_sequence([text.to(device) for text in texts], batch_first=True)
    return padded, torch.arange(padded.shape[1], device=device) < lengths[:, None]


def _sum_of_best(a: Tensor, a_mask: Tensor, b: Tensor, b_mask: Tensor) -> Tensor:
    """Queries (…×S×D) with documents (…×T×D), broadcast: Σ_s max_t, in 32 bits."""
    if b.shape[-2] == 0:
        b, b_mask = b.new_zeros(*b.shape[:-2], 1, b.shape[-1]), b_mask.new_zeros(len(b), 1)
    dots = a @ b.transpose(-1, -2)
    lowest = torch.finfo(dots.dtype).min
    best = dots.masked_fill(~b_mask[..., None, :], lowest).amax(dim=-1).float()
    scores = (best * a_mask).sum(dim=-1)
    empty = ~b_mask.any(dim=-1)
    if empty.any():
        log.warning(
            "Some documents have no tokens; they score %.0e, below all others.", EMPTY_SCORE
        )
    return scores.masked_fill(empty, EMPTY_SCORE)


def _counts(queries: list[Tensor], device: torch.device) -> Tensor:
    return torch.tensor([max(len(q), 1) for q in queries], device=device)
