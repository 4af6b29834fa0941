"""A vector for each word, from a list such as GloVe's or word2vec's.

Legend: V words, B texts, T words of the longest, D dimensions.
"""

import gzip
import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence
from transformers import PreTrainedTokenizerBase

from worker.engine.model.folder import read_weights
from worker.engine.model.modules.input_module import InputModule, with_prompt
from worker.engine.model.modules.known_tokenizers import known_tokenizer, tokenizer_name
from worker.engine.model.modules.module import Features
from worker.engine.model.modules.word_tokenizer import (
    TransformersTokenizerWrapper,
    WhitespaceTokenizer,
    WordTokenizer,
)
from worker.engine.model.problems import WrongModelFile

log = logging.getLogger(__name__)

PADDING_WORD = "PADDING_TOKEN"  # place 0, as in the files of every release


class WordEmbeddings(InputModule):
    """The vector of each word that the tokenizer knows; they are trained if `update_embeddings`.

    Shapes: embedding_weights V×D; input_ids B×T → token_embeddings B×T×D.
    Errors: ValueError for a tokenizer of another kind.
    """

    config_file_name = "wordembedding_config.json"

    def __init__(
        self,
        tokenizer: WordTokenizer | PreTrainedTokenizerBase,
        embedding_weights: Tensor | np.ndarray | list[Any],
        update_embeddings: bool = False,
        max_seq_length: int = 1_000_000,
    ) -> None:
        super().__init__()
        if isinstance(tokenizer, PreTrainedTokenizerBase):
            tokenizer = TransformersTokenizerWrapper(tokenizer)
        if not isinstance(tokenizer, WordTokenizer):
            raise ValueError("tokenizer must be a WordTokenizer, or one of transformers.")
        weights_VD = torch.as_tensor(np.asarray(embedding_weights), dtype=torch.float32)
        words, width = weights_VD.shape
        self.emb_layer = nn.Embedding(words, width, _weight=weights_VD)
        self.emb_layer.weight.requires_grad = update_embeddings
        self.tokenizer = tokenizer
        self.update_embeddings = update_embeddings
        self.max_seq_length = max_seq_length

    def preprocess(
        self, inputs: Sequence[str], prompt: str | None = None, **options: Any
    ) -> Features:
        """The places of words, their mask, and how many words each text has."""
        texts = with_prompt(inputs, prompt)
        tokens = [self.tokenizer.tokenize(text)[: self.max_seq_length] for text in texts]
        lengths_B = torch.tensor([len(places) for places in tokens])
        longest = max(1, int(lengths_B.max()))  # a batch without words still has a place
        padded = [torch.tensor(places, dtype=torch.long) for places in tokens]
        ids_BT = pad_sequence([*padded, torch.zeros(longest, dtype=torch.long)], batch_first=True)
        return {
            "input_ids": ids_BT[:-1],
            "attention_mask": (torch.arange(longest) < lengths_B[:, None]).long(),
            "sentence_lengths": lengths_B,
        }

    def forward(self, features: Features) -> Features:
        features["token_embeddings"] = self.emb_layer(features["input_ids"])
        return features

    def get_embedding_dimension(self) -> int:
        return int(self.emb_layer.embedding_dim)

    def get_config_dict(self) -> dict[str, Any]:
        return {
            "tokenizer_class": tokenizer_name(self.tokenizer),
            "update_embeddings": self.update_embeddings,
            "max_seq_length": self.max_seq_length,
        }

    def save(self, output_path: str | Path, safe_serialization: bool = True) -> None:
        super().save(output_path, safe_serialization)
        self.tokenizer.save(str(output_path))

    @classmethod
    def read(cls, folder: Path, **kwargs: Any) -> Self:
        config = cls.read_config(folder)
        tokenizer = known_tokenizer(config.pop("tokenizer_class", ""), folder)
        weights = read_weights(folder)
        if "emb_layer.weight" not in weights:
            raise WrongModelFile(f"The weights in {folder} have no emb_layer.weight.")
        return cls(tokenizer.load(str(folder)), weights["emb_layer.weight"], **config)

    @classmethod
    def from_text_file(
        cls,
        embeddings_file_path: str | Path,
        update_embeddings: bool = False,
        item_separator: str = " ",
        tokenizer: WordTokenizer | None = None,
        max_vocab_size: int | None = None,
    ) -> Self:
        """Read lines of a word and its numbers, as GloVe and word2vec write them; .gz too.

        Lines of another length than the first are left out, with a warning. Raises
        FileNotFoundError, and ValueError for a file without a vector.
        """
        with _open(Path(embeddings_file_path)) as lines:
            rows = list(_rows(lines, item_separator, max_vocab_size))
        if not rows:
            raise ValueError(f"{embeddings_file_path} holds no line of a word and its numbers.")
        words, vectors = zip(*rows, strict=True)
        tokenizer = WhitespaceTokenizer() if tokenizer is None else tokenizer
        tokenizer.set_vocab([PADDING_WORD, *words])
        padding = np.zeros_like(vectors[0])
        return cls(tokenizer, np.stack([padding, *vectors]), update_embeddings)


def _open(path: Path) -> Any:
    opener = gzip.open if path.suffix == ".gz" else open
    return opener(path, "rt", encoding="utf-8")


def _rows(
    lines: Iterable[str], separator: str, at_most: int | None
) -> Iterator[tuple[str, np.ndarray]]:
    """Each word with its vector, all of the length of the first."""
    width, count = 0, 0
    for number, line in enumerate(lines, 1):
        word, *values = line.rstrip().split(separator)
        if not count and len(values) == 1:
            continue  # word2vec's first line: how many words, how many dimensions
        width = width or len(values)
        if len(values) != width:
            log.warning("line %d has %d numbers, not %d: left out", number, len(values), width)
            continue
        yield word, np.array(values, dtype=np.float32)
        count += 1
        if at_most and count >= at_most:
            return
