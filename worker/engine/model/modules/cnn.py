"""A convolution over the tokens of a text.

Legend: B texts, T tokens of the longest, D dimensions in, C channels of each kernel, K kernels.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import torch
from torch import nn

from worker.engine.model.modules.module import Features, Module
from worker.engine.old_names import once_called


class CNN(Module):
    """Each token's vector from those of its neighbours, by kernels of several widths side by side.

    `stride_sizes` are 1 unless given. Shapes: token_embeddings B×T×D → B×T×(C·K); an even kernel or
    a stride above 1 gives fewer tokens, and Pooling then counts them all.
    Source: Kim 2014, arXiv 1408.5882
    """

    config_file_name = "cnn_config.json"
    config_keys = ("in_embedding_dimension", "out_channels", "kernel_sizes", "stride_sizes")
    config_key_renames: ClassVar[Mapping[str, str]] = {
        "in_word_embedding_dimension": "in_embedding_dimension"
    }

    @once_called(**config_key_renames)
    def __init__(
        self,
        in_embedding_dimension: int,
        out_channels: int = 256,
        kernel_sizes: Sequence[int] = [1, 3, 5],  # upstream's default; never changed
        stride_sizes: Sequence[int] | None = None,
    ) -> None:
        super().__init__()
        self.in_embedding_dimension = in_embedding_dimension
        self.out_channels = out_channels
        self.kernel_sizes = list(kernel_sizes)
        self.stride_sizes = [1] * len(kernel_sizes) if stride_sizes is None else list(stride_sizes)
        self.convs = nn.ModuleList(
            nn.Conv1d(in_embedding_dimension, out_channels, width, stride, padding=(width - 1) // 2)
            for width, stride in zip(self.kernel_sizes, self.stride_sizes, strict=True)
        )

    def forward(self, features: Features) -> Features:
        tokens_BDT = features["token_embeddings"].transpose(1, 2)
        channels_BCT = torch.cat([convolve(tokens_BDT) for convolve in self.convs], dim=1)
        features["token_embeddings"] = channels_BCT.transpose(1, 2)
        return features

    def get_embedding_dimension(self) -> int:
        return self.out_channels * len(self.kernel_sizes)
