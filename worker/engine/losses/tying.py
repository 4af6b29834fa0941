"""Two transformers with the same weights."""

from typing import Any

from transformers import PreTrainedModel


def tie(decoder: Any, encoder: PreTrainedModel) -> None:
    """Let `decoder` use the encoder's weights wherever it has one of that name.

    Its own, such as the cross-attention's, stay its own. Raises ValueError if none is shared.
    """
    rows = encoder.get_input_embeddings().num_embeddings
    if decoder.get_input_embeddings().num_embeddings != rows:
        decoder.resize_token_embeddings(rows)  # the encoder has learned words of its own
    shared = dict(encoder.named_parameters())
    base = getattr(decoder, decoder.base_model_prefix)
    names = [name for name, _ in base.named_parameters() if name in shared]
    if not names:
        raise ValueError(
            f"{type(decoder).__name__} has no weight in common with {type(encoder).__name__}. "
            "Give a decoder of its own: tie_encoder_decoder=False and decoder_name_or_path."
        )
    for name in names:
        module, _, weight = name.rpartition(".")
        setattr(base.get_submodule(module), weight, shared[name])
    decoder.tie_weights()  # its head follows the embeddings that it has now
