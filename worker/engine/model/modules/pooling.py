"""From one vector a token to one vector a text.

Legend: B texts, T tokens of the longest, D dimensions.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Tensor

from worker.engine.model.modules.module import Features, Module, first_real_token
from worker.engine.old_names import once_called

FEWEST_TOKENS = 1e-9  # divides by something even where a text has no token


@dataclass(frozen=True)
class Tokens:
    """The vectors of a batch's tokens, and which of them count."""

    vectors_BTD: Tensor
    counted_BT: Tensor
    """1 for tokens that go into the vector of the text: neither padding nor a left-out prompt."""
    real_BT: Tensor
    """1 for tokens that are no padding."""
    weight_B: Tensor | None = None
    """What a mean divides by, where the vectors were weighted; None: the number of tokens."""


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
    sum_BD, count_B1 = _sum_and_weight(tokens, tokens.counted_BT)
    return sum_BD / count_B1


def mean_sqrt_len_tokens(tokens: Tokens) -> Tensor:
    """The sum of the tokens over the square root of their number."""
    sum_BD, count_B1 = _sum_and_weight(tokens, tokens.counted_BT)
    return sum_BD / count_B1.sqrt()


def weighted_mean_tokens(tokens: Tokens) -> Tensor:
    """The average with weights 1, 2, 3 … from the first real token on.

    Source: Muennighoff 2022, arXiv 2202.08904
    """
    place_T = torch.arange(1, tokens.real_BT.shape[1] + 1, device=tokens.real_BT.device)
    places_BT = place_T - first_real_token(tokens.real_BT).unsqueeze(1)
    sum_BD, weight_B1 = _sum_and_weight(tokens, tokens.counted_BT * places_BT)
    return sum_BD / weight_B1


def last_token(tokens: Tokens) -> Tensor:
    """The last token that counts; zeros for a row that is all padding."""
    counted_BT = tokens.counted_BT > 0
    last_B = counted_BT.shape[1] - 1 - torch.argmax(counted_BT.flip(dims=[1]).long(), dim=1)
    row_B = torch.arange(len(last_B), device=last_B.device)
    has_any_B1 = counted_BT.any(dim=1, keepdim=True)
    return tokens.vectors_BTD[row_B, last_B] * has_any_B1.to(tokens.vectors_BTD.dtype)


def _sum_and_weight(tokens: Tokens, weights_BT: Tensor) -> tuple[Tensor, Tensor]:
    """The weighted sum B×D and what to divide it by B×1, in 32 bits at least."""
    is_wide = tokens.vectors_BTD.dtype == torch.float64
    wide_BTD = tokens.vectors_BTD if is_wide else tokens.vectors_BTD.float()
    weights_BT1 = weights_BT.to(wide_BTD.dtype).unsqueeze(-1)
    weight_B1 = weights_BT1.sum(dim=1) if tokens.weight_B is None else tokens.weight_B.unsqueeze(1)
    return (wide_BTD * weights_BT1).sum(dim=1), weight_B1.clamp(min=FEWEST_TOKENS)


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

    With `include_prompt=False` the prompt's tokens are left out (features: prompt_length). Weights
    of words (features: token_weights_sum) divide the means in place of the number of tokens.
    `old_modes` are the booleans of OLD_NAMES, as before version 5.4.
    Shapes: token_embeddings B×T×D → sentence_embedding B×(D · number of modes).
    Errors: ValueError for a mode that isn't in POOLINGS.
    """

    POOLING_MODES = tuple(POOLINGS)
    config_keys = ("embedding_dimension", "pooling_mode", "include_prompt")
    config_key_renames: ClassVar[Mapping[str, str]] = {
        "word_embedding_dimension": "embedding_dimension"
    }

    @once_called(**config_key_renames)
    def __init__(
        self,
        embedding_dimension: int,
        pooling_mode: str | Sequence[str] = "mean",
        include_prompt: bool = True,
        **old_modes: bool,
    ) -> None:
        super().__init__()
        self.embedding_dimension = embedding_dimension
        self.pooling_modes = _modes(old_modes or pooling_mode)
        self.include_prompt = include_prompt
        if unknown := [mode for mode in self.pooling_modes if mode not in POOLINGS]:
            raise ValueError(f"Pooling knows {', '.join(POOLINGS)}; not {', '.join(unknown)}.")

    @property
    def pooling_mode(self) -> str | tuple[str, ...]:
        """The mode's name; of several a tuple."""
        return self.pooling_modes[0] if len(self.pooling_modes) == 1 else self.pooling_modes

    def forward(self, features: Features) -> Features:
        vectors_BTD: Tensor = features["token_embeddings"]
        real_BT = _mask(features)
        counted_BT = real_BT
        if not self.include_prompt and "prompt_length" in features:
            length = torch.as_tensor(features["prompt_length"]).flatten()[0]  # a prompt is shared
            counted_BT = _without_prompt(real_BT, int(length))
        tokens = Tokens(vectors_BTD, counted_BT, real_BT, features.get("token_weights_sum"))
        pooled = [POOLINGS[mode](tokens) for mode in self.pooling_modes]
        features["sentence_embedding"] = torch.cat(pooled, dim=1).to(vectors_BTD.dtype)
        return features

    def get_embedding_dimension(self) -> int:
        return self.embedding_dimension * len(self.pooling_modes)

    @property
    def pooling_output_dimension(self) -> int:
        """The same as an attribute, as scripts from before version 5.4 read it."""
        return self.get_embedding_dimension()

    def saved_config(self) -> dict[str, Any]:
        """The old layout, which every version from 2.2 on reads."""
        if self.pooling_modes != tuple(mode for mode in OLD_NAMES if mode in self.pooling_modes):
            # The booleans can't say an order of their own; the newer key can (from 5.4 on).
            return self.get_config_dict()
        return {
            "word_embedding_dimension": self.embedding_dimension,
            **{old: mode in self.pooling_modes for mode, old in OLD_NAMES.items()},
            "include_prompt": self.include_prompt,
        }

    @classmethod
    def read_config(cls, folder: Path) -> dict[str, Any]:
        config = super().read_config(folder)
        booleans = {old: config.pop(old) for old in OLD_NAMES.values() if old in config}
        return {"pooling_mode": _modes(booleans or "mean"), **config}


def _modes(named: str | Sequence[str] | Mapping[str, bool]) -> tuple[str, ...]:
    """Names of modes, however they are given. Raises TypeError for a boolean of no mode."""
    if isinstance(named, Mapping):
        if unknown := named.keys() - set(OLD_NAMES.values()):
            raise TypeError(f"Pooling takes no argument {', '.join(sorted(unknown))}.")
        return tuple(mode for mode, old in OLD_NAMES.items() if named.get(old)) or ("mean",)
    return (named,) if isinstance(named, str) else tuple(named)


def _mask(features: Features) -> Tensor:
    """1 for real tokens: B×T. All of them where a module before changed their number."""
    vectors_BTD: Tensor = features["token_embeddings"]
    mask_BT: Tensor | None = features.get("attention_mask")
    if mask_BT is None or mask_BT.shape[1] != vectors_BTD.shape[1]:
        return torch.ones(vectors_BTD.shape[:2], dtype=torch.long, device=vectors_BTD.device)
    return mask_BT


def _without_prompt(mask_BT: Tensor, prompt_length: int) -> Tensor:
    """`mask_BT` with the first `prompt_length` real tokens of each row switched off."""
    place_BT = torch.arange(mask_BT.shape[1], device=mask_BT.device)
    start_B1 = first_real_token(mask_BT).unsqueeze(1)
    return mask_BT * (place_BT >= start_B1 + prompt_length)
