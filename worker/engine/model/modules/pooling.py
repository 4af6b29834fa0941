"""From one vector a token to one vector a text.

Legend: B texts, T tokens of the longest, D dimensions.
"""

from collections.abc import Callable, Sequence
from typing import Any, Self

import torch
from torch import Tensor

from worker.engine.model.modules.module import Features, Module, first_real_token
from worker.engine.model.problems import WrongModelFile

FEWEST_TOKENS = 1e-9  # divides by something even where a text has no token


def cls_token(tokens_BTD: Tensor, mask_BT: Tensor) -> Tensor:
    """The first token that is no padding."""
    return tokens_BTD[
        torch.arange(len(tokens_BTD), device=tokens_BTD.device), first_real_token(mask_BT)
    ]


def max_tokens(tokens_BTD: Tensor, mask_BT: Tensor) -> Tensor:
    """The largest value of each dimension over the tokens."""
    lowest = torch.finfo(tokens_BTD.dtype).min
    return tokens_BTD.masked_fill(mask_BT.unsqueeze(-1) == 0, lowest).amax(dim=1)


def mean_tokens(tokens_BTD: Tensor, mask_BT: Tensor) -> Tensor:
    """The average of the tokens."""
    sum_BD, count_B1 = _sum_and_count(tokens_BTD, mask_BT.float())
    return sum_BD / count_B1.clamp(min=FEWEST_TOKENS)


def mean_sqrt_len_tokens(tokens_BTD: Tensor, mask_BT: Tensor) -> Tensor:
    """The sum of the tokens over the square root of their number."""
    sum_BD, count_B1 = _sum_and_count(tokens_BTD, mask_BT.float())
    return sum_BD / count_B1.clamp(min=FEWEST_TOKENS).sqrt()


def weighted_mean_tokens(tokens_BTD: Tensor, mask_BT: Tensor) -> Tensor:
    """The average with weights 1, 2, 3 … from the first real token on. Source: SGPT, arXiv 2202.08904."""
    places_BT = (mask_BT > 0).float().cumsum(dim=1) * (mask_BT > 0)
    sum_BD, weight_B1 = _sum_and_count(tokens_BTD, places_BT)
    return sum_BD / weight_B1.clamp(min=FEWEST_TOKENS)


def last_token(tokens_BTD: Tensor, mask_BT: Tensor) -> Tensor:
    """The last token that is no padding; zeros for a row that is all padding."""
    attended_BT = mask_BT > 0
    last_B = mask_BT.shape[1] - 1 - torch.argmax(attended_BT.flip(dims=[1]).long(), dim=1)
    row_B = torch.arange(len(tokens_BTD), device=tokens_BTD.device)
    return tokens_BTD[row_B, last_B] * attended_BT.any(dim=1, keepdim=True).to(tokens_BTD.dtype)


def _sum_and_count(tokens_BTD: Tensor, weights_BT: Tensor) -> tuple[Tensor, Tensor]:
    wide_BTD = tokens_BTD if tokens_BTD.dtype == torch.float64 else tokens_BTD.float()
    weights_BT1 = weights_BT.to(wide_BTD.dtype).unsqueeze(-1)
    return (wide_BTD * weights_BT1).sum(dim=1), weights_BT1.sum(dim=1)


POOLINGS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "cls": cls_token,
    "max": max_tokens,
    "mean": mean_tokens,
    "mean_sqrt_len_tokens": mean_sqrt_len_tokens,
    "weightedmean": weighted_mean_tokens,
    "lasttoken": last_token,
}

OLD_NAMES = {
    "cls": "pooling_mode_cls_token",
    "max": "pooling_mode_max_tokens",
    "mean": "pooling_mode_mean_tokens",
    "mean_sqrt_len_tokens": "pooling_mode_mean_sqrt_len_tokens",
    "weightedmean": "pooling_mode_weightedmean_tokens",
    "lasttoken": "pooling_mode_lasttoken",
}
"""The booleans of config.json up to version 5.3, in the order in which they are concatenated."""


class Pooling(Module):
    """The vector of a text from those of its tokens; several modes stand side by side.

    With `include_prompt=False` the prompt's tokens are left out (features: prompt_length).
    Shapes: token_embeddings B×T×D → sentence_embedding B×(D · number of modes).
    Errors: ValueError for a mode that isn't in POOLINGS.
    """

    type_name = "sentence_transformers.models.Pooling"

    def __init__(
        self,
        embedding_dimension: int,
        pooling_mode: str | Sequence[str] = "mean",
        include_prompt: bool = True,
    ) -> None:
        super().__init__()
        self.embedding_dimension = embedding_dimension
        self.pooling_modes = (
            (pooling_mode,) if isinstance(pooling_mode, str) else tuple(pooling_mode)
        )
        self.include_prompt = include_prompt
        if unknown := [mode for mode in self.pooling_modes if mode not in POOLINGS]:
            raise ValueError(f"Pooling knows {', '.join(POOLINGS)}; not {', '.join(unknown)}.")

    def forward(self, features: Features) -> Features:
        tokens_BTD: Tensor = features["token_embeddings"]
        mask_BT: Tensor = features["attention_mask"]
        if not self.include_prompt and features.get("prompt_length"):
            mask_BT = _without_prompt(mask_BT, int(features["prompt_length"]))
        pooled = [POOLINGS[mode](tokens_BTD, mask_BT) for mode in self.pooling_modes]
        features["sentence_embedding"] = torch.cat(pooled, dim=1).to(tokens_BTD.dtype)
        return features

    @property
    def out_dimension(self) -> int:
        return self.embedding_dimension * len(self.pooling_modes)

    def config(self) -> dict[str, Any]:
        """The old layout, which every version from 2.2 on reads."""
        if self.pooling_modes != tuple(mode for mode in OLD_NAMES if mode in self.pooling_modes):
            # The booleans can't say an order of their own; the newer key can (from 5.4 on).
            return {
                "embedding_dimension": self.embedding_dimension,
                "pooling_mode": list(self.pooling_modes),
                "include_prompt": self.include_prompt,
            }
        modes = {old: mode in self.pooling_modes for mode, old in OLD_NAMES.items()}
        return {
            "word_embedding_dimension": self.embedding_dimension,
            **modes,
            "include_prompt": self.include_prompt,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        dimension = config.get("embedding_dimension", config.get("word_embedding_dimension"))
        if not isinstance(dimension, int):
            raise WrongModelFile(
                "The configuration of Pooling doesn't say its embedding_dimension."
            )
        named = config.get("pooling_mode")
        modes = named or [mode for mode, old in OLD_NAMES.items() if config.get(old)] or "mean"
        return cls(dimension, modes, include_prompt=config.get("include_prompt", True))


def _without_prompt(mask_BT: Tensor, prompt_length: int) -> Tensor:
    """`mask_BT` with the first `prompt_length` real tokens of each row switched off."""
    place_BT = torch.arange(mask_BT.shape[1], device=mask_BT.device)
    start_B1 = first_real_token(mask_BT).unsqueeze(1)
    return mask_BT * (place_BT >= start_B1 + prompt_length)
