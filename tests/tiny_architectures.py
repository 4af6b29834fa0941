"""A tiny random checkpoint of each architecture that a text embedding model is made of."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from tests.tiny_model import LETTERS, WORDS

SMALL = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 48,
    "max_position_embeddings": 40,
}
DECODER = {**SMALL, "num_key_value_heads": 1, "head_dim": 16}
T5 = {"d_model": 32, "d_kv": 16, "d_ff": 48, "num_layers": 2, "num_decoder_layers": 2}
PARTS = ("encoder", "decoder")
T5 |= {"num_heads": 2, "decoder_start_token_id": 0}
SEQ2SEQ = {"d_model": 32, "encoder_layers": 2, "decoder_layers": 2, "max_position_embeddings": 40}
SEQ2SEQ |= {"encoder_ffn_dim": 48, "decoder_ffn_dim": 48}
SEQ2SEQ |= {"encoder_attention_heads": 2, "decoder_attention_heads": 2}


@dataclass(frozen=True)
class Architecture:
    """What `transformers` calls model and configuration, and how its tokenizer marks a text."""

    model: str
    config: str
    options: dict[str, Any] = field(default_factory=lambda: dict(SMALL))
    special: tuple[str, ...] = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
    """Padding, unknown, begin, end, mask: their order is the order of their ids."""
    template: str = "[CLS] $A [SEP]"
    padding_side: str = "right"


ROBERTA_LIKE = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
T5_LIKE = ("<pad>", "</s>", "<unk>")
OF_ROBERTA = {
    "special": ROBERTA_LIKE,
    "template": "<s> $A </s>",
    "options": {**SMALL, "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2},
}
OF_T5 = {"special": T5_LIKE, "template": "$A </s>", "options": T5}
OF_DECODER = {
    "special": ("<unk>", "<s>", "</s>", "<pad>"),
    "template": "$A </s>",
    "options": DECODER,
}

ARCHITECTURES = {
    "albert": Architecture("AlbertModel", "AlbertConfig", {**SMALL, "embedding_size": 16}),
    "bart": Architecture(
        "BartForConditionalGeneration",
        "BartConfig",
        {**SEQ2SEQ, "eos_token_id": 2, "pad_token_id": 1, "bos_token_id": 0},
        special=ROBERTA_LIKE,
        template="<s> $A </s>",
    ),
    "bert": Architecture("BertForPreTraining", "BertConfig"),
    "camembert": Architecture("CamembertModel", "CamembertConfig", **OF_ROBERTA),
    "deberta": Architecture(
        "DebertaModel",
        "DebertaConfig",
        {**SMALL, "relative_attention": True, "pos_att_type": ["c2p", "p2c"]},
    ),
    "deberta-v2": Architecture(
        "DebertaV2Model",
        "DebertaV2Config",
        {
            **SMALL,
            "relative_attention": True,
            "pos_att_type": ["p2c", "c2p"],
            "position_buckets": 16,
            "norm_rel_ebd": "layer_norm",
            "share_att_key": True,
            "position_biased_input": False,
            "type_vocab_size": 0,
        },
    ),
    "distilbert": Architecture(
        "DistilBertModel",
        "DistilBertConfig",
        {"dim": 32, "n_layers": 2, "n_heads": 2, "hidden_dim": 48, "max_position_embeddings": 40},
    ),
    "electra": Architecture("ElectraModel", "ElectraConfig", {**SMALL, "embedding_size": 16}),
    "ernie": Architecture("ErnieModel", "ErnieConfig"),
    "eurobert": Architecture("EuroBertModel", "EuroBertConfig"),
    "gemma": Architecture("GemmaForCausalLM", "GemmaConfig", **OF_DECODER),
    "gemma3-bidirectional": Architecture(
        "Gemma3TextModel",
        "Gemma3TextConfig",
        **{**OF_DECODER, "options": {**DECODER, "use_bidirectional_attention": True}},
    ),
    "gpt2": Architecture(
        "GPT2LMHeadModel",
        "GPT2Config",
        {"n_embd": 32, "n_layer": 2, "n_head": 2, "n_positions": 40},
        special=("<unk>", "<s>", "</s>", "<pad>"),
        template="$A </s>",
    ),
    "gte": Architecture("GteModel", "GteConfig"),
    "jina_embeddings_v3": Architecture(
        "JinaEmbeddingsV3Model", "JinaEmbeddingsV3Config", **OF_ROBERTA
    ),
    "llama": Architecture("LlamaForCausalLM", "LlamaConfig", **OF_DECODER),
    "llama-left": Architecture(
        "LlamaForCausalLM", "LlamaConfig", **OF_DECODER, padding_side="left"
    ),
    "longt5": Architecture("LongT5ForConditionalGeneration", "LongT5Config", **OF_T5),
    "mistral": Architecture("MistralForCausalLM", "MistralConfig", **OF_DECODER),
    "modernbert": Architecture(
        "ModernBertModel",
        "ModernBertConfig",
        {**SMALL, "pad_token_id": 0, "cls_token_id": 2, "sep_token_id": 3},
    ),
    "mpnet": Architecture("MPNetModel", "MPNetConfig", **OF_ROBERTA),
    "mt5": Architecture("MT5ForConditionalGeneration", "MT5Config", **OF_T5),
    "nomic_bert": Architecture("NomicBertModel", "NomicBertConfig"),
    "qwen3": Architecture("Qwen3ForCausalLM", "Qwen3Config", **OF_DECODER, padding_side="left"),
    "roberta": Architecture("RobertaForMaskedLM", "RobertaConfig", **OF_ROBERTA),
    "switch_transformers": Architecture(
        "SwitchTransformersForConditionalGeneration",
        "SwitchTransformersConfig",
        **{**OF_T5, "options": {**T5, "num_experts": 2, "num_sparse_encoder_layers": 1}},
    ),
    "t5": Architecture("T5ForConditionalGeneration", "T5Config", **OF_T5),
    "t5-v1_1": Architecture(
        "T5ForConditionalGeneration",
        "T5Config",
        **{
            **OF_T5,
            "options": {**T5, "feed_forward_proj": "gated-gelu", "tie_word_embeddings": False},
        },
    ),
    "t5gemma": Architecture(
        "T5GemmaForConditionalGeneration",
        "T5GemmaConfig",
        **{**OF_T5, "options": {part: {**DECODER, "vocab_size": 200} for part in PARTS}},
    ),
    "umt5": Architecture("UMT5ForConditionalGeneration", "UMT5Config", **OF_T5),
    "xlm-roberta": Architecture("XLMRobertaModel", "XLMRobertaConfig", **OF_ROBERTA),
}
"""Every architecture of the base-model table, their kin, and decoders that embed."""


LONGEST = 38
"""How many tokens each of them reads: RoBERTa and its kin lose two of the 40 positions."""


def write_tiny(name: str, folder: Path, seed: int = 0) -> Path:
    """Write a plain checkpoint of the architecture `name` with random weights into `folder`."""
    torch.manual_seed(seed)
    architecture = ARCHITECTURES[name]
    tokens = dict.fromkeys([*architecture.special, *LETTERS, *WORDS])
    vocabulary = {token: place for place, token in enumerate(tokens)}
    _model(architecture, len(vocabulary)).save_pretrained(folder)
    _tokenizer(architecture, vocabulary).save_pretrained(folder)
    return folder


def _model(architecture: Architecture, words: int) -> PreTrainedModel:
    options = {"pad_token_id": 0, **architecture.options}
    config = getattr(transformers, architecture.config)(vocab_size=words, **options)
    model: PreTrainedModel = getattr(transformers, architecture.model)(config).eval()
    with torch.no_grad():  # fresh weights are so small that all texts lie at one place
        for weight in model.parameters():
            if weight.ndim > 1:
                weight.normal_(std=0.2)
    return model


def _tokenizer(architecture: Architecture, vocabulary: dict[str, int]) -> PreTrainedTokenizerFast:
    unknown = next(token for token in architecture.special if "unk" in token.lower())
    tokenizer = Tokenizer(models.WordPiece(vocab=vocabulary, unk_token=unknown))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    marks = [token for token in architecture.template.split() if token != "$A"]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=architecture.template, special_tokens=[(mark, vocabulary[mark]) for mark in marks]
    )
    roles = {"pad_token": "pad", "unk_token": "unk", "mask_token": "mask"}
    named = {
        role: token
        for role, part in roles.items()
        for token in architecture.special
        if part in token.lower()
    }
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        **named,
        eos_token=marks[-1],
        padding_side=architecture.padding_side,
        model_max_length=LONGEST,
    )
