"""From one vector a token to one vector a text.

Legend: B texts, T tokens of the longest, D dimensions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import torch
from torch import Tensor

from worker.engine.model.modules.module import Features, Module, first_real_token
from worker.engine.model.problems import WrongModelFile

FEWEST_TOKENS = 1e-9  # divides by something even where a text has no token


@dataclass(frozen=True)
class Tokens:
    """The vectors of a batch's tokens, and which of them count."""

    vectors_BTD: Tensor
    counted_BT: Tensor
    """1 for tokens that go into the vector of the text: neither padding nor a left-out prompt."""
    real_BT: Tensor
    """1 for tokens that are no padding."""


def cls_token(tokens: Tokens) -> Tensor:
    """The first token that counts."""
    row_B = torch.arange(len(tokens.vectors_BTD), device=tokens.vectors_BTD.device)
    return tokens.vectors_BTD[row_B, first_real_token(tokens.counted_BT)]


def max_tokens(tokens: Tokens) -> Tensor:
    """The largest value of each dimension over the tokens."""
    left_out_BT1 = tokens.counted_BT.unsqueeze(-1) == 0
    return tokens.vectors_BTD.masked_fill(left_out_BT1, float("-inf")).amax(dim=1)


def mean_tokens(tokens: Tokens) -> Tensor:
    """The average of the tokens."""
    sum_BD, count_B1 = _sum_and_weight(tokens.vectors_BTD, tokens.counted_BT)
    return sum_BD / count_B1


def mean_sqrt_len_tokens(tokens: Tokens) -> Tensor:
    """The sum of the tokens over the square root of their number."""
    sum_BD, count_B1 = _sum_and_weight(tokens.vectors_BTD, tokens.counted_BT)
    return sum_BD / count_B1.sqrt()


def weighted_mean_tokens(tokens: Tokens) -> Tensor:
    """The average with weights 1, 2, 3 … from the first real token on.

    Source: Muennighoff 2022, arXiv 2202.08904
    """
    place_T = torch.arange(1, tokens.real_BT.shape[1] + 1, device=tokens.real_BT.device)
    places_BT = place_T - first_real_token(tokens.real_BT).unsqueeze(1)
    sum_BD, weight_B1 = _sum_and_weight(tokens.vectors_BTD, tokens.counted_BT * places_BT)
    return sum_BD / weight_B1


def last_token(tokens: Tokens) -> Tensor:
    """The last token that counts; zeros for a row that is all padding."""
    counted_BT = tokens.counted_BT > 0
    last_B = counted_BT.shape[1] - 1 - torch.argmax(counted_BT.flip(dims=[1]).long(), dim=1)
    row_B = torch.arange(len(last_B), device=last_B.device)
    has_any_B1 = counted_BT.any(dim=1, keepdim=True)
    return tokens.vectors_BTD[row_B, last_B] * has_any_B1.to(tokens.vectors_BTD.dtype)


def _sum_and_weight(vectors_BTD: Tensor, weights_BT: Tensor) -> tuple[Tensor, Tensor]:
    """The weighted sum B×D and the sum of weights B×1, in 32 bits at least."""
    wide_BTD = vectors_BTD if vectors_BTD.dtype == torch.float64 else vectors_BTD.float()
    weights_BT1 = weights_BT.to(wide_BTD.dtype).unsqueeze(-1)
    return (wide_BTD * weights_BT1).sum(dim=1), weights_BT1.sum(dim=1).clamp(min=FEWEST_TOKENS)


POOLINGS: dict[str, Callable[[Tokens], Tensor]] = {
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
        vectors_BTD: Tensor = features["token_embeddings"]
        real_BT: Tensor = features["attention_mask"]
        counted_BT = real_BT
        if not self.include_prompt and features.get("prompt_length"):
            counted_BT = _without_prompt(real_BT, int(features["prompt_length"]))
        tokens = Tokens(vectors_BTD, counted_BT, real_BT)
        pooled = [POOLINGS[mode](tokens) for mode in self.pooling_modes]
        features["sentence_embedding"] = torch.cat(pooled, dim=1).to(vectors_BTD.dtype)
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
