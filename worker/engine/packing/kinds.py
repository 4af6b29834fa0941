"""Which models can read their texts in one row, and which only in buckets."""

from enum import Enum

from transformers import PreTrainedModel


class Kind(Enum):
    """PACKED: all texts in one row of tokens. BUCKETS: a forward for each bucket of lengths."""

    PACKED = "packed"
    BUCKETS = "buckets"


PACKED_TYPES = {
    "bert": 0,
    "camembert": None,
    "distilbert": 0,
    "electra": 0,
    "ernie": 0,
    "roberta": None,
    "xlm-roberta": None,
    "xlm-roberta-xl": None,
}
"""Model types whose positions are given with the tokens and whose attention is transformers' own,
each with its first position; None: what follows the padding's id. Others may have biases of position
between tokens (T5, DeBERTa, MPNet), windows or a causal order: they take buckets. Each is compared
with itself, padded, in tests/worker/engine/packing."""


def kind_of(model: PreTrainedModel) -> Kind:
    """How this model is to read a batch.

    One that makes its activations again layer by layer does so in the backward pass, where it would
    no longer attend as it was told to: it takes buckets.
    """
    config = model.config
    is_plain = (
        not getattr(config, "is_decoder", False)
        and config._attn_implementation == "sdpa"
        and not any(getattr(m, "gradient_checkpointing", False) for m in model.modules())
    )
    return Kind.PACKED if config.model_type in PACKED_TYPES and is_plain else Kind.BUCKETS


def leaves_it_out_itself(model: PreTrainedModel) -> bool:
    """Flash attention takes texts of any lengths, and transformers hands it no padding."""
    return "flash" in str(model.config._attn_implementation)


def first_position(model: PreTrainedModel) -> int:
    """The position of a text's first token."""
    first = PACKED_TYPES[model.config.model_type]
    return int(model.config.pad_token_id) + 1 if first is None else first
