"""The model itself: modules in a row, and what is known about how to use them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from transformers import PreTrainedTokenizerBase as Tokenizer

from worker.engine.card import SentenceTransformerModelCardData
from worker.engine.model import reading, writing
from worker.engine.model.encoding import Encoded, OutputValue, encode
from worker.engine.model.modules import Module, Transformer
from worker.engine.model.modules.module import Features
from worker.engine.model.prompts import DOCUMENT_PROMPTS, QUERY_PROMPTS, Prompts
from worker.engine.similarity import SimilarityFunction, Vectors


class SentenceTransformer(nn.Sequential):
    """Texts in, one vector a text out.

    `model_name_or_path` is a folder or a Hub model id, saved by Sentence Transformers from 2.2 on
    or a plain checkpoint of `transformers`, which then gets mean pooling; or give `modules`.
    `prompts` are texts put before each text, by name; `truncate_dim` keeps the first dimensions.
    Weights are 32-bit floats, read from safetensors; code that comes with a model is never run.
    Errors: a ModelProblem that says what to do.
    """

    accepts_loss_kwargs = False  # tells transformers.Trainer not to look for this in our forward

    def __init__(
        self,
        model_name_or_path: str | Path | None = None,
        modules: Sequence[Module] | None = None,
        device: str | torch.device | None = None,
        prompts: dict[str, str] | None = None,
        default_prompt_name: str | None = None,
        similarity_fn_name: str | SimilarityFunction | None = None,
        cache_folder: str | Path | None = None,
        revision: str | None = None,
        local_files_only: bool = False,
        token: bool | str | None = None,
        truncate_dim: int | None = None,
        model_kwargs: dict[str, Any] | None = None,
        tokenizer_kwargs: dict[str, Any] | None = None,
        config_kwargs: dict[str, Any] | None = None,
        model_card_data: SentenceTransformerModelCardData | None = None,
    ) -> None:
        saved = reading.Saved(modules=tuple(modules or ()))
        if model_name_or_path is not None:
            folder = reading.find(
                str(model_name_or_path), revision, cache_folder, local_files_only, token
            )
            saved = reading.read(folder, model_kwargs, tokenizer_kwargs, config_kwargs)
        super().__init__(*saved.modules)
        self.prompts = Prompts.of(saved.prompts, prompts)
        self.default_prompt_name = default_prompt_name or saved.default_prompt_name
        self.prompts.check(self.default_prompt_name)
        self.similarity_fn_name = similarity_fn_name or saved.similarity_fn_name
        self.truncate_dim = saved.truncate_dim if truncate_dim is None else truncate_dim
        self.model_card_data = model_card_data or SentenceTransformerModelCardData()
        if model_name_or_path is not None:
            self.model_card_data.remember_base(str(model_name_or_path), revision, saved.readme)
        self.to(device or best_device())
        self.eval()

    def forward(self, features: Features) -> Features:
        """Token ids to sentence_embedding (B×D), through every module in turn."""
        for module in self:
            features = module(features)
        return features

    def encode(
        self,
        sentences: str | Sequence[str],
        prompt_name: str | None = None,
        prompt: str | None = None,
        batch_size: int = 32,
        show_progress_bar: bool | None = None,
        output_value: OutputValue = "sentence_embedding",
        convert_to_numpy: bool = True,
        convert_to_tensor: bool = False,
        device: str | torch.device | None = None,
        normalize_embeddings: bool = False,
        truncate_dim: int | None = None,
    ) -> Any:
        """The vectors of `sentences`, in their order: array N×D, or D for a single text.

        `convert_to_tensor` gives a tensor instead, `convert_to_numpy=False` a list of tensors,
        `output_value="token_embeddings"` one tensor of tokens×D a text, None all features a text.
        Raises ValueError for an unknown prompt name.
        """
        if device is not None:
            self.to(device)
        texts = [sentences] if isinstance(sentences, str) else list(sentences)
        encoded = encode(
            self,
            texts,
            prompt=self.prompts.choose(prompt, prompt_name or self.default_prompt_name),
            batch_size=batch_size,
            show_progress_bar=show_progress_bar,
            output_value=output_value,
            normalize=normalize_embeddings,
            truncate_dim=self.truncate_dim if truncate_dim is None else truncate_dim,
        )
        return _converted(encoded, isinstance(sentences, str), convert_to_numpy, convert_to_tensor)

    def encode_query(self, sentences: str | Sequence[str], **options: Any) -> Any:
        """`encode` for what one searches with: uses the prompt "query" unless told otherwise."""
        return self.encode(sentences, **self.prompts.chosen_for(QUERY_PROMPTS, options))

    def encode_document(self, sentences: str | Sequence[str], **options: Any) -> Any:
        """`encode` for what is to be found: prompt "document", else "passage", else "corpus"."""
        return self.encode(sentences, **self.prompts.chosen_for(DOCUMENT_PROMPTS, options))

    def similarity(self, embeddings1: Vectors, embeddings2: Vectors) -> Tensor:
        """How alike each of N is to each of M by this model's similarity: N×M."""
        return SimilarityFunction.to_similarity_fn(self.similarity_fn_name)(
            embeddings1, embeddings2
        )

    def similarity_pairwise(self, embeddings1: Vectors, embeddings2: Vectors) -> Tensor:
        """How alike row i of one is to row i of the other: N."""
        pairwise = SimilarityFunction.to_similarity_pairwise_fn(self.similarity_fn_name)
        return pairwise(embeddings1, embeddings2)

    def preprocess(self, texts: Sequence[str], prompt: str | None = None) -> Features:
        """Token ids and mask of `texts`, padded to the longest, on the CPU."""
        return self.transformer.tokenize(texts, prompt)

    tokenize = preprocess

    def save_pretrained(
        self,
        path: str | Path,
        model_name: str | None = None,
        create_model_card: bool = True,
        train_datasets: list[str] | None = None,
        safe_serialization: bool = True,
    ) -> None:
        """Write the model to `path`, whole or not at all, in the layout that 2.2 to 6.2 read.

        Raises ValueError for safe_serialization=False: we write no pickles.
        """
        if not safe_serialization:
            raise ValueError(
                "Weights are written as safetensors only; leave safe_serialization out."
            )
        if model_name:
            self.model_card_data.model_name = model_name
        writing.write(self, Path(path), create_model_card)

    save = save_pretrained

    @property
    def similarity_fn_name(self) -> str:
        """cosine, dot, euclidean or manhattan."""
        return self._similarity_fn_name.value

    @similarity_fn_name.setter
    def similarity_fn_name(self, value: str | SimilarityFunction) -> None:
        self._similarity_fn_name = SimilarityFunction(value)

    @property
    def transformer(self) -> Transformer:
        """The first module. Raises TypeError if the model was built without one."""
        first = self[0] if len(self) else None
        if not isinstance(first, Transformer):
            raise TypeError(
                "This model's first module is no Transformer; give it one in `modules`."
            )
        return first

    @property
    def tokenizer(self) -> Tokenizer:
        return self.transformer.tokenizer

    @tokenizer.setter
    def tokenizer(self, value: Tokenizer) -> None:
        self.transformer.tokenizer = value

    @property
    def max_seq_length(self) -> int | None:
        """How many tokens of a text are read; None where nothing limits."""
        return self.transformer.max_seq_length

    @max_seq_length.setter
    def max_seq_length(self, value: int | None) -> None:
        self.transformer.max_seq_length = value

    def get_embedding_dimension(self) -> int | None:
        """The length of the vectors that `encode` gives."""
        widths = [m.out_dimension for m in self if isinstance(m, Module) and m.out_dimension]
        width = widths[-1] if widths else None
        if self.truncate_dim is None or width is None:
            return width
        return min(width, self.truncate_dim)

    get_sentence_embedding_dimension = get_embedding_dimension

    @property
    def device(self) -> torch.device:
        return next((p.device for p in self.parameters()), torch.device("cpu"))

    @contextmanager
    def truncate_embeddings(self, truncate_dim: int | None) -> Iterator[None]:
        """Let `encode` keep only the first `truncate_dim` dimensions inside a with block."""
        before, self.truncate_dim = self.truncate_dim, truncate_dim
        try:
            yield
        finally:
            self.truncate_dim = before


def best_device() -> str:
    """The fastest kind of device that this machine has."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _converted(encoded: Encoded, single: bool, to_numpy: bool, to_tensor: bool) -> Any:
    """One text gives one value; vectors of all texts become one array or tensor if asked for."""
    if single:
        value = encoded.values[0]
        return value.cpu().numpy() if encoded.stacks and to_numpy and not to_tensor else value
    if encoded.stacks and to_tensor:
        return torch.stack(encoded.values) if encoded.values else torch.empty(0)
    if encoded.stacks and to_numpy:
        return (
            np.stack([v.cpu().numpy() for v in encoded.values]) if encoded.values else np.empty(0)
        )
    return encoded.values
