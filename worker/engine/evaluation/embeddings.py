"""The embeddings of many texts, of which some are equal: each is encoded once."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor


def embed_once(encode: Callable[..., Any], texts: Sequence[str], **options: Any) -> Tensor:
    """One row a text, N×D, in the order of `texts`, on the CPU; equal texts get equal rows."""
    places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    vectors: Tensor = encode(list(places), convert_to_tensor=True, **options).cpu()
    return vectors[torch.tensor([places[text] for text in texts], dtype=torch.long)]
