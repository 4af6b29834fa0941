"""What a model's size makes of the work: its weights, its layers, how wide they are."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from backend.catalog.rows import BaseModelRow

USUAL_HEADS = 12
HEAD_DIMENSIONS = 64
BYTES_A_WEIGHT = 4


class ModelFacts(BaseModel):
    """`hidden` is the width of a layer, `inner` that of its feed-forward part. A model of word
    vectors alone has no layers. `is_assumed`: nobody knows it yet."""

    parameters: int
    layers: int
    hidden: int
    inner: int
    heads: int
    max_tokens: int
    is_assumed: bool = False

    @property
    def weights_bytes(self) -> int:
        return BYTES_A_WEIGHT * self.parameters

    @property
    def flops(self) -> float:
        """Of the matrices of one layer, for one token, forward."""
        return 2.0 * (4 * self.hidden**2 + 2 * self.hidden * self.inner)

    def of_adapter(self, rank: int) -> int:
        """The weights of an adapter of this rank: on the four square matrices of each layer, and on
        the two of its feed-forward part."""
        return self.layers * rank * (8 * self.hidden + 2 * (self.hidden + self.inner))


def of_row(row: BaseModelRow) -> ModelFacts:
    """Of a model of the catalogue: layers four times as wide within, as BERT's are."""
    return ModelFacts(
        parameters=round(row.parameters_millions * 1e6),
        layers=row.layers,
        hidden=row.dimensions,
        inner=4 * row.dimensions,
        heads=max(USUAL_HEADS, row.dimensions // HEAD_DIMENSIONS),
        max_tokens=row.max_tokens,
    )


def of_config(config: Mapping[str, Any], parameters: int, max_tokens: int | None) -> ModelFacts:
    """From what transformers calls a model's config; most models use the same names."""

    def first(*names: str) -> int | None:
        values = (config.get(name) for name in names)
        return next((int(v) for v in values if isinstance(v, int) and v > 0), None)

    hidden = first("hidden_size", "d_model", "dim", "n_embd") or 0
    return ModelFacts(
        parameters=parameters,
        layers=first("num_hidden_layers", "num_layers", "n_layers", "n_layer") or 0,
        hidden=hidden,
        inner=first("intermediate_size", "d_ff", "hidden_dim", "n_inner") or 4 * hidden,
        heads=first("num_attention_heads", "num_heads", "n_heads", "n_head") or USUAL_HEADS,
        max_tokens=max_tokens or first("max_position_embeddings", "n_positions") or 512,
    )


ASSUMED = ModelFacts(
    parameters=109_500_000,
    layers=12,
    hidden=768,
    inner=3072,
    heads=12,
    max_tokens=384,
    is_assumed=True,
)
"""In the place of a model that nobody knows: as BERT is, which most are made after."""
