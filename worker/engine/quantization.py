"""Embeddings in 8 bits or 1 bit a dimension: a quarter or a thirty-second of the memory."""

from typing import Literal, TypeAlias, get_args

import numpy as np
import torch
from torch import Tensor

Precision: TypeAlias = Literal["float32", "int8", "uint8", "binary", "ubinary"]

STEPS = 255  # between the smallest and the largest value of a dimension
SIGNED = 128  # what is taken off an unsigned byte to make it a signed one


def quantize_embeddings(
    embeddings: np.ndarray | Tensor,
    precision: Precision,
    ranges: np.ndarray | None = None,
    calibration_embeddings: np.ndarray | None = None,
) -> np.ndarray:
    """`embeddings` N×D in fewer bits.

    int8 and uint8 spread each dimension's range over 256 steps: `ranges` (2×D: smallest, largest),
    else that of `calibration_embeddings`, else of `embeddings`. binary and ubinary keep the sign,
    eight dimensions a byte: N×D/8. Raises ValueError for another precision.
    """
    values = embeddings.cpu().numpy() if isinstance(embeddings, Tensor) else np.asarray(embeddings)
    if precision not in get_args(Precision):
        raise ValueError(
            f"precision is one of {', '.join(get_args(Precision))}, not {precision!r}."
        )
    if precision == "float32":
        return values.astype(np.float32)
    if precision in ("binary", "ubinary"):
        packed = np.packbits(values > 0, axis=-1)
        return packed if precision == "ubinary" else _signed(packed)
    if ranges is None:
        of = values if calibration_embeddings is None else calibration_embeddings
        ranges = np.vstack([of.min(axis=0), of.max(axis=0)])
    low, high = ranges
    step = np.where(high > low, (high - low) / STEPS, 1.0)
    levels = np.floor(np.clip((values - low) / step, 0, STEPS))
    return levels.astype(np.uint8) if precision == "uint8" else _signed(levels)


def _signed(values: np.ndarray) -> np.ndarray:
    """0…255 as −128…127."""
    return np.asarray(values.astype(np.float32) - SIGNED).astype(np.int8)


def quantized_for_comparison(vectors: Tensor, precision: Precision) -> Tensor:
    """`vectors` N×D as they are after quantisation, as floats that similarities can be taken of."""
    values = quantize_embeddings(vectors, precision)
    if precision == "binary":
        values = (values.astype(np.int16) + SIGNED).astype(np.uint8)
    if precision in ("binary", "ubinary"):
        values = np.unpackbits(values, axis=1)
    return torch.from_numpy(values.astype(np.float32))
