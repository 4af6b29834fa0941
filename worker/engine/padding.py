"""Token embeddings of texts of different lengths, side by side in one tensor.

Legend: B rows; T tokens of the longest; D dimensions; K tensors in the list.
"""

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import pad
from torch.nn.utils.rnn import pad_sequence

FLATTENED = (
    "cu_seq_lens_q", "cu_seq_lens_k", "max_length_q", "max_length_k", "seq_idx", "position_ids",
)  # fmt: skip
"""What a flattened batch carries besides its tokens."""


def stack_padded_token_embeddings(
    embeddings: list[Tensor], masks: list[Tensor]
) -> tuple[Tensor, Tensor]:
    """K of B×T_k×D and their masks B×T_k, as columns: B×K×T×D and B×K×T."""
    padded, padded_masks = _padded(embeddings, masks)
    return torch.stack(padded, dim=1), torch.stack(padded_masks, dim=1)


def cat_padded_token_embeddings(
    embeddings: list[Tensor], masks: list[Tensor]
) -> tuple[Tensor, Tensor]:
    """K of B_k×T_k×D and their masks B_k×T_k, one below the other: ΣB_k×T×D and ΣB_k×T."""
    padded, padded_masks = _padded(embeddings, masks)
    return torch.cat(padded), torch.cat(padded_masks)


def _padded(embeddings: list[Tensor], masks: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
    longest = max(e.size(1) for e in embeddings)
    return (
        [pad(e, (0, 0, 0, longest - e.size(1))) for e in embeddings],
        [pad(m, (0, longest - m.size(1))) for m in masks],
    )


def repad_flattened_features(features: dict[str, Any]) -> dict[str, Any]:
    """Rows of a batch that was flattened for flash attention: 1×ΣT×D → B×T×D, in place.

    `cu_seq_lens_q` says where each row ends; a mask takes its place.
    """
    lengths = features["cu_seq_lens_q"].diff()
    for name in ("token_embeddings", "input_ids"):
        rows = features[name][0].split(lengths.tolist())
        features[name] = pad_sequence(list(rows), batch_first=True)
    lengths = lengths.to(features["input_ids"].device)
    places = torch.arange(features["input_ids"].shape[1], device=lengths.device)
    features["attention_mask"] = places < lengths[:, None]
    for name in FLATTENED:
        features.pop(name, None)
    return features
