"""Embeddings in 8 bits or 1 bit a dimension: a quarter or a thirty-second of the memory.

Legend: N rows; D dimensions.
"""

import logging
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import torch
from torch import Tensor

log = logging.getLogger(__name__)

Precision: TypeAlias = Literal["float32", "int8", "uint8", "binary", "ubinary"]

STEPS = 255  # between the smallest and the largest value of a dimension
SIGNED = 128  # what is taken off an unsigned byte to make it a signed one
FEW = 100  # rows from which a dimension's range is no more than a guess


def quantize_embeddings(
    embeddings: Tensor | np.ndarray | list[Tensor] | list[np.ndarray],
    precision: Precision,
    ranges: np.ndarray | None = None,
    calibration_embeddings: np.ndarray | None = None,
) -> Any:
    """`embeddings` N×D in fewer bits; a list of T×D, one a text, gives such a list.

    int8 and uint8 spread each dimension's range over 256 steps: `ranges` (2×D: smallest, largest),
    else that of `calibration_embeddings`, else of `embeddings`, over all texts of a list.
    binary and ubinary keep the sign, eight dimensions a byte: N×D/8.
    Raises ValueError for another precision, for integers, and for the range of a single row.
    """
    if precision not in get_args(Precision):
        raise ValueError(
            f"precision is one of {', '.join(get_args(Precision))}, not {precision!r}."
        )
    if isinstance(embeddings, list) and (not embeddings or embeddings[0].ndim == 2):
        texts = [_array(text) for text in embeddings]
        if precision.endswith("int8") and ranges is None and any(map(len, texts)):
            ranges = ranges_of(np.concatenate(texts), precision, calibration_embeddings)
        return [_quantized(text, precision, ranges, calibration_embeddings) for text in texts]
    if isinstance(embeddings, list):
        rows = np.stack([_array(row) for row in embeddings])
    else:
        rows = _array(embeddings)
    return _quantized(rows, precision, ranges, calibration_embeddings)


def _quantized(
    values: np.ndarray,
    precision: Precision,
    ranges: np.ndarray | None,
    calibration: np.ndarray | None,
) -> np.ndarray:
    if values.dtype in (np.uint8, np.int8):
        raise ValueError(f"These embeddings are {values.dtype} already; quantise the floats.")
    if precision == "float32":
        return values.astype(np.float32)
    if precision.endswith("binary"):
        packed = np.packbits(values > 0, axis=-1)
        return packed if precision == "ubinary" else _signed(packed)
    if values.size == 0:
        return np.zeros(values.shape, dtype=precision)
    low, step = _low_and_step(
        ranges_of(values, precision, calibration) if ranges is None else ranges
    )
    levels = np.clip(np.floor((values - low) / step), 0, STEPS)
    return levels.astype(np.uint8) if precision == "uint8" else _signed(levels)


def ranges_of(
    embeddings: np.ndarray, precision: Precision, calibration: np.ndarray | None
) -> np.ndarray:
    """The smallest and the largest value of each dimension, 2×D, of `calibration` if given.

    Raises ValueError for a single row, whose smallest is its largest.
    """
    of = embeddings if calibration is None else calibration
    if calibration is None and (of.ndim == 1 or len(of) == 1):
        raise ValueError(
            f"A single embedding has no range to spread over {precision}. Give `ranges`, or "
            "`calibration_embeddings` that stand for your texts."
        )
    if calibration is None and len(of) < FEW:
        log.warning(
            "The ranges of %s come from %d embeddings; give more as `calibration_embeddings`.",
            precision,
            len(of),
        )
    return np.vstack([of.min(axis=0), of.max(axis=0)])


def restored(levels: np.ndarray, precision: Precision, ranges: np.ndarray) -> np.ndarray:
    """int8 or uint8 levels as the values that they stand for, in 64 bits."""
    low, step = _low_and_step(ranges)
    values = levels.astype(np.float64) + (SIGNED if precision == "int8" else 0)
    return np.asarray(values * step + low)


def _low_and_step(ranges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    low, high = ranges.astype(np.float32, copy=False)
    step = (high - low) / STEPS
    return low, np.where(step == 0, 1, step)


def _array(values: Tensor | np.ndarray) -> np.ndarray:
    if not isinstance(values, Tensor):
        return np.asarray(values)
    array: np.ndarray = (values.float() if values.dtype == torch.bfloat16 else values).cpu().numpy()
    return array


def _signed(values: np.ndarray) -> np.ndarray:
    """0…255 as −128…127."""
    return np.asarray(values.astype(np.float32) - SIGNED).astype(np.int8)


def unsigned(values: np.ndarray) -> np.ndarray:
    """−128…127 as 0…255."""
    return (values.astype(np.int16) + SIGNED).astype(np.uint8)


def quantized_for_comparison(vectors: Tensor, precision: Precision) -> Tensor:
    """`vectors` N×D as they are after quantisation, as floats that similarities can be taken of."""
    values = quantize_embeddings(vectors, precision)
    if precision == "binary":
        values = unsigned(values)
    if precision in ("binary", "ubinary"):
        values = np.unpackbits(values, axis=1)
    return torch.from_numpy(values.astype(np.float32))
