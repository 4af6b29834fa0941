"""A text written again from the embedding of its damaged self.

Legend: B rows, D dimensions, T tokens of the longest original, V tokens of the vocabulary.
"""

import logging
from typing import Any, cast

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, PreTrainedModel
from transformers import PreTrainedTokenizerBase as Tokenizer

from worker.engine.encoder import Encoder, Read, sentence_embedding
from worker.engine.losses import citations
from worker.engine.losses.loss import Loss
from worker.engine.losses.tying import tie
from worker.engine.model.modules.module import Features

log = logging.getLogger(__name__)


class DenoisingAutoEncoderLoss(Loss):
    """The mean over tokens of −log P(token | the tokens before it, embedding of the damaged text).

    A decoder, which is thrown away afterwards, sees nothing of the damaged text but its embedding.
    With `tie_encoder_decoder` it is the model's own transformer turned around: they share all
    weights but those of the cross-attention and the head; `decoder_name_or_path` then counts
    nothing. What of the decoder isn't shared is trained, and saved with the run.
    Shapes: embeddings B×D of the first column, token ids B×T of the second → scalar ≥ 0, in nats.
    Errors: ValueError without a decoder to take, for one that can't be loaded or is of another
    width, for a model without a transformer, and for columns other than (damaged, original).
    Source: Wang et al. 2021, arXiv 2104.06979
    """

    def __init__(
        self,
        model: Encoder,
        decoder_name_or_path: str | None = None,
        tie_encoder_decoder: bool = True,
    ) -> None:
        super().__init__(model)
        transformer = _transformer_of(model)
        if tie_encoder_decoder and decoder_name_or_path is not None:
            log.warning(
                "The decoder is the encoder turned around (tie_encoder_decoder=True); "
                "decoder_name_or_path=%r is left aside.",
                decoder_name_or_path,
            )
        name = transformer.config._name_or_path if tie_encoder_decoder else decoder_name_or_path
        self.tokenizer_encoder = cast(Any, model).tokenizer
        self.decoder = _decoder(name, transformer.config.hidden_size)
        if tie_encoder_decoder:
            self.tokenizer_decoder = self.tokenizer_encoder
            tie(self.decoder, transformer)
        else:
            self.tokenizer_decoder = _tokenizer(str(name))
        self.need_retokenization = (
            self.tokenizer_encoder.get_vocab() != self.tokenizer_decoder.get_vocab()
        )
        self.decoder.to(model.device)

    def embed(self, columns: list[Features], read: Read = sentence_embedding) -> list[Tensor]:
        if len(columns) != 2:
            raise ValueError(
                "DenoisingAutoEncoderLoss takes two columns, the damaged text and the original; "
                f"there are {len(columns)}. DenoisingAutoEncoderDataset makes them of plain texts."
            )
        return self.encoding(self.model, columns[:1], read)

    def targets(self, columns: list[Features], labels: Tensor | None) -> Tensor:
        """The original's token ids, in the decoder's vocabulary."""
        ids_BT: Tensor = columns[1]["input_ids"]
        if not self.need_retokenization:
            return ids_BT
        texts = self.tokenizer_encoder.batch_decode(ids_BT, skip_special_tokens=True)
        again = self.tokenizer_decoder(texts, padding=True, truncation=True, return_tensors="pt")
        return cast(Tensor, again["input_ids"]).to(ids_BT.device)

    def compute(self, embeddings: list[Tensor], labels: Tensor) -> Tensor:
        logits_BTV = self.decoder(
            input_ids=labels[:, :-1],
            encoder_hidden_states=embeddings[0].unsqueeze(1),
            use_cache=False,
        ).logits
        padding = self.tokenizer_decoder.pad_token_id
        return cross_entropy(
            logits_BTV.flatten(0, 1), labels[:, 1:].flatten(), ignore_index=padding
        )

    def get_config_dict(self) -> dict[str, Any]:
        return {
            "decoder_name_or_path": self.decoder.config._name_or_path,
            "need_retokenization": self.need_retokenization,
        }

    @property
    def encoder(self) -> Encoder:
        """The model, as this loss calls it in the reference."""
        return self.model

    @property
    def citation(self) -> str:
        return citations.TSDAE


def _transformer_of(model: Any) -> PreTrainedModel:
    try:
        transformer: PreTrainedModel = model[0].auto_model
    except (TypeError, AttributeError) as cause:
        raise ValueError(
            "DenoisingAutoEncoderLoss needs a SentenceTransformer that begins with a Transformer; "
            f"this model is a {type(model).__name__} without one. Choose a loss for single texts "
            "that needs no tokens, such as ContrastiveTensionLossInBatchNegatives."
        ) from cause
    return transformer


def _decoder(name: str | None, width: int) -> Any:
    """The causal model `name`, with cross-attention on vectors of `width`; safetensors only."""
    if not name:
        raise ValueError(
            "There is no decoder to take: name one in decoder_name_or_path, or let the encoder be "
            "the decoder (tie_encoder_decoder=True, for a model that was loaded from a name)."
        )
    try:
        config = AutoConfig.from_pretrained(name, trust_remote_code=False)
        config.is_decoder = config.add_cross_attention = True
        decoder = AutoModelForCausalLM.from_pretrained(
            name,
            config=config,
            dtype=torch.float32,
            use_safetensors=True,
            trust_remote_code=False,
        )
    except (OSError, ValueError) as cause:
        raise ValueError(
            f"{name!r} can't be the decoder: {cause} A decoder is a model of transformers with a "
            "causal head and cross-attention, such as BERT, RoBERTa, XLM-R, ELECTRA or GPT-2."
        ) from cause
    if config.hidden_size != width:
        raise ValueError(
            f"The decoder {name!r} reads vectors of {config.hidden_size} dimensions, and the model "
            f"gives {width}. Choose a decoder of that width."
        )
    return decoder


def _tokenizer(name: str) -> Tokenizer:
    tokenizer: Tokenizer = AutoTokenizer.from_pretrained(name, trust_remote_code=False)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer
