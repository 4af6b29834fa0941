"""The model itself: modules in a row, and what is known about how to use them.

What it can do lies beside this file, an idea a file: encoding.py, adapters.py, pushing.py …; the
class is their table of contents.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

import torch
from torch import Tensor, nn

from worker.engine import fitting
from worker.engine.card import SentenceTransformerModelCardData
from worker.engine.devices import get_device_name
from worker.engine.model import (
    dimensions,
    encoding,
    merging,
    older_names,
    opening,
    padding,
    placement,
    pushing,
    saving,
    several_processes,
)
from worker.engine.model.adapters import OverTransformer
from worker.engine.model.embedding import is_singular
from worker.engine.model.modules import Pooling
from worker.engine.model.modules.input_module import with_prompt
from worker.engine.model.modules.module import Features
from worker.engine.model.prompts import Prompts
from worker.engine.similarity import SimilarityFunction, Vectors


class SentenceTransformer(OverTransformer):
    """Texts in, one vector a text out.

    `model_name_or_path` is a folder or a Hub model id, saved by Sentence Transformers from 2.2 on
    or a plain checkpoint of `transformers`, which then gets a pooling; or give `modules`.
    `prompts` are texts put before each text, by name; `truncate_dim` keeps the first dimensions.
    Weights are 32-bit floats unless `model_kwargs` says otherwise, read from safetensors; code that
    comes with a model is run only if `trust_remote_code`. `backend` is "torch".
    Errors: a ModelProblem that says what to do.
    """

    model_card_data_class = SentenceTransformerModelCardData
    default_huggingface_organization: str | None = "sentence-transformers"
    model_type = "SentenceTransformer"
    SUPPORTED_SIMILARITY_FN_NAMES: ClassVar[tuple[str, ...]] = tuple(
        SimilarityFunction.possible_values()
    )
    accepts_loss_kwargs = False  # tells transformers.Trainer not to look for this in our forward

    def __init__(
        self,
        model_name_or_path: str | Path | None = None,
        *,
        modules: Sequence[nn.Module] | None = None,
        device: str | torch.device | None = None,
        prompts: dict[str, str] | None = None,
        default_prompt_name: str | None = None,
        cache_folder: str | Path | None = None,
        trust_remote_code: bool = False,
        revision: str | None = None,
        local_files_only: bool = False,
        token: bool | str | None = None,
        use_auth_token: bool | str | None = None,
        model_kwargs: dict[str, Any] | None = None,
        processor_kwargs: dict[str, Any] | None = None,
        config_kwargs: dict[str, Any] | None = None,
        model_card_data: SentenceTransformerModelCardData | None = None,
        backend: str = "torch",
        similarity_fn_name: str | SimilarityFunction | None = None,
        truncate_dim: int | None = None,
        tokenizer_kwargs: dict[str, Any] | None = None,
    ) -> None:
        if backend != "torch":
            raise ValueError(f"Models run on the backend 'torch' here, not on {backend!r}.")
        source = opening.Source(
            name=None if model_name_or_path is None else str(model_name_or_path),
            organization=self.default_huggingface_organization,
            revision=revision,
            cache_folder=cache_folder or os.environ.get("SENTENCE_TRANSFORMERS_HOME"),
            local_files_only=local_files_only,
            token=use_auth_token if token is None else token,
            trust_remote_code=trust_remote_code,
            model_kwargs=model_kwargs or {},
            processor_kwargs=processor_kwargs or tokenizer_kwargs or {},
            config_kwargs=config_kwargs or {},
        )
        saved = opening.opened(source, modules)
        super().__init__(*saved.modules)
        self.prompts = Prompts.of(saved.prompts, prompts)
        self.default_prompt_name = default_prompt_name or saved.default_prompt_name
        self.prompts.check(self.default_prompt_name)
        self.similarity_fn_name = similarity_fn_name or saved.similarity_fn_name
        self.truncate_dim = saved.truncate_dim if truncate_dim is None else truncate_dim
        self.trust_remote_code = trust_remote_code
        self.model_card_data = model_card_data or self.model_card_data_class(
            local_files_only=local_files_only
        )
        if source.name is not None:
            self.model_card_data.remember_base(source.name, revision, saved.readme)
        placement.align(self)
        if placement.dispatch_device(self) is None:
            self.to(device or get_device_name())
        self.model_card_data.register_model(self)
        self.eval()

    # ---- from texts to vectors

    def preprocess(
        self, inputs: Sequence[Any], prompt: str | None = None, **kwargs: Any
    ) -> Features:
        """What `forward` takes, of `inputs`, padded to the longest, on the CPU."""
        if not inputs:
            return {}
        first: Any = self[0]
        if not hasattr(first, "preprocess"):  # a module of somebody's from before version 5.4
            tokenized: Features = first.tokenize(with_prompt(inputs, prompt))
            return tokenized
        features: Features = first.preprocess(inputs, prompt=prompt, **kwargs)
        return features

    def forward(self, input: Features, **kwargs: Any) -> Features:
        """Tokens to sentence_embedding (B×D), through every module in turn.

        Each module gets those of `kwargs` that its `forward_kwargs` names.
        """
        for module in self:
            taken = getattr(module, "forward_kwargs", ())
            input = module(input, **{n: v for n, v in kwargs.items() if n in taken})
        return input

    encode = encoding.encode
    encode_query = encoding.encode_query
    encode_document = encoding.encode_document
    start_multi_process_pool = several_processes.start_multi_process_pool
    stop_multi_process_pool = staticmethod(several_processes.stop_multi_process_pool)

    def is_singular_input(self, inputs: Any) -> bool:
        """Whether `inputs` is one text rather than many."""
        return is_singular(inputs)

    def get_model_kwargs(self) -> list[str]:
        """What `encode` takes for the modules beside its own parameters."""
        modules = self.modules()
        return sorted({name for m in modules for name in getattr(m, "forward_kwargs", ())})

    def similarity(self, embeddings1: Vectors, embeddings2: Vectors) -> Tensor:
        """How alike each of N is to each of M by this model's similarity: N×M."""
        every = SimilarityFunction.to_similarity_fn(self.similarity_fn_name)
        return every(embeddings1, embeddings2)

    def similarity_pairwise(self, embeddings1: Vectors, embeddings2: Vectors) -> Tensor:
        """How alike row i of one is to row i of the other: N."""
        pairwise = SimilarityFunction.to_similarity_pairwise_fn(self.similarity_fn_name)
        return pairwise(embeddings1, embeddings2)

    def evaluate(self, evaluator: Any, output_path: str | Path | None = None) -> Any:
        """What `evaluator` finds; its files go to `output_path`, which is made if need be."""
        if output_path is not None:
            Path(output_path).mkdir(parents=True, exist_ok=True)
        return evaluator(self, output_path)

    # ---- settings

    @property
    def similarity_fn_name(self) -> str:
        """cosine, dot, euclidean or manhattan."""
        return self._similarity_fn_name.value

    @similarity_fn_name.setter
    def similarity_fn_name(self, value: str | SimilarityFunction | None) -> None:
        self._similarity_fn_name = SimilarityFunction(value or SimilarityFunction.COSINE)

    @property
    def prompts(self) -> Prompts:
        """Texts put before each text, by name."""
        return self._prompts

    @prompts.setter
    def prompts(self, value: dict[str, str]) -> None:
        self._prompts = value if isinstance(value, Prompts) else Prompts(value)

    @property
    def tokenizer(self) -> Any:
        """What the first module splits texts with."""
        return self[0].tokenizer

    @tokenizer.setter
    def tokenizer(self, value: Any) -> None:
        self[0].tokenizer = value

    processor = tokenizer

    @property
    def max_seq_length(self) -> int | None:
        """How many tokens of a text are read; None where nothing limits."""
        limit: int | None = getattr(self[0], "max_seq_length", None)
        return limit

    @max_seq_length.setter
    def max_seq_length(self, value: int | None) -> None:
        first: Any = self[0]
        first.max_seq_length = value

    get_embedding_dimension = dimensions.get_embedding_dimension
    truncate_embeddings = dimensions.truncate_embeddings

    def set_pooling_include_prompt(self, include_prompt: bool) -> None:
        """Whether the prompt's tokens count for the vector of a text."""
        for module in self:
            if isinstance(module, Pooling):
                module.include_prompt = include_prompt

    @property
    def modalities(self) -> list[str]:
        """What the model reads: ["text"], and "message" where that is in a chat's frame."""
        return list(getattr(self[0], "modalities", ["text"]))

    def supports(self, modality: str | tuple[str, ...]) -> bool:
        """Whether the model reads `modality`."""
        return modality in self.modalities

    def get_backend(self) -> str:
        """What runs the model: "torch"."""
        return "torch"

    # ---- weights

    def train(self, mode: bool = True) -> Self:
        """Learn from now on, or (False) don't; the modules may have changed since the last time."""
        padding.tell_transformer(self)
        return super().train(mode)

    @property
    def device(self) -> torch.device:
        """Where the inputs of the model belong."""
        weights = (tensor.device for tensor in (*self.parameters(), *self.buffers()))
        return placement.dispatch_device(self) or next(weights, torch.device("cpu"))

    @property
    def dtype(self) -> torch.dtype | None:
        """The precision of the weights; None for a model without."""
        return next((parameter.dtype for parameter in self.parameters()), None)

    place_on = placement.place_on
    clear_placement_cache = placement.align
    merge = classmethod(merging.merge)

    # ---- on disk and on the Hub

    save_pretrained = saving.save_pretrained
    save = saving.save_pretrained
    push_to_hub = pushing.push_to_hub
    save_to_hub = pushing.save_to_hub

    # ---- as scripts from before call it

    tokenize = older_names.tokenize
    get_max_seq_length = older_names.get_max_seq_length
    get_sentence_embedding_dimension = dimensions.get_embedding_dimension
    truncate_sentence_embeddings = dimensions.truncate_embeddings
    encode_multi_process = older_names.encode_multi_process
    get_sentence_features = older_names.get_sentence_features
    smart_batching_collate = older_names.smart_batching_collate
    fit = fitting.fit
    old_fit = fitting.old_fit

    @staticmethod
    def load(input_path: str) -> "SentenceTransformer":
        """The model in a folder; its name in releases before 3.0."""
        return SentenceTransformer(input_path)
