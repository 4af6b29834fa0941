"""A BERT of 32 dimensions and two layers with a vocabulary of its own: tests need no download."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

WORDS = (
    "a the cat dog bird fish sat ran flew swam on under over near mat road sky sea small big red "
    "blue quick slow happy sad who what where when why how is was are were and or not with without"
).split()
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
LETTERS = [
    f"{mark}{letter}" for letter in "abcdefghijklmnopqrstuvwxyz0123456789" for mark in ("", "##")
]


def write_tiny_bert(folder: Path, dropout: float = 0.0, seed: int = 0) -> Path:
    """Write a plain checkpoint of `transformers` with random weights into `folder`."""
    torch.manual_seed(seed)
    tokens = dict.fromkeys([*SPECIAL, *LETTERS, *WORDS])
    vocabulary = {token: place for place, token in enumerate(tokens)}
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
        initializer_range=0.3,  # embeddings of random weights lie too near each other at 0.02
    )
    BertModel(config).save_pretrained(folder)
    _tokenizer(vocabulary).save_pretrained(folder)
    return folder


def _tokenizer(vocabulary: dict[str, int]) -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.WordPiece(vocab=vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        mask_token="[MASK]",
        model_max_length=64,
    )


def sentences(count: int, seed: int = 0, fewest: int = 3, most: int = 12) -> list[str]:
    """`count` texts of a few of WORDS each, drawn with `seed`."""
    generator = torch.Generator().manual_seed(seed)

    def number(below: int) -> int:
        return int(torch.randint(below, (1,), generator=generator))

    return [
        " ".join(WORDS[number(len(WORDS))] for _ in range(fewest + number(most - fewest)))
        for _ in range(count)
    ]
