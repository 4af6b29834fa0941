"""`model.encode` and its kin: what a person asks for, put in the terms of embedding.py."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import torch

from worker.engine.model.embedding import (
    VECTORS,
    Input,
    Wanted,
    converted,
    embed,
    is_singular,
    listed,
)
from worker.engine.model.prompts import DOCUMENT_PROMPTS, QUERY_PROMPTS
from worker.engine.model.several_processes import Pool, embed_in_processes
from worker.engine.old_names import once_called
from worker.engine.quantization import quantize_embeddings
from worker.engine.quantization.levels import Precision

if TYPE_CHECKING:
    from worker.engine.model.sentence_transformer import SentenceTransformer

log = logging.getLogger(__name__)

Inputs: TypeAlias = Input | Sequence[Input]
OutputValue: TypeAlias = Literal["sentence_embedding", "token_embeddings"] | None
Device: TypeAlias = str | torch.device | list[str | torch.device] | None

ALWAYS_TAKEN = frozenset({"task", "processing_kwargs"})
"""What preprocess takes of every model, whatever its modules ask for."""


@once_called(sentences="inputs")
def encode(
    self: "SentenceTransformer",
    inputs: Inputs,
    prompt_name: str | None = None,
    prompt: str | None = None,
    batch_size: int = 32,
    show_progress_bar: bool | None = None,
    output_value: OutputValue = "sentence_embedding",
    precision: Precision = "float32",
    convert_to_numpy: bool = True,
    convert_to_tensor: bool = False,
    device: Device = None,
    normalize_embeddings: bool = False,
    truncate_dim: int | None = None,
    pool: Pool | None = None,
    chunk_size: int | None = None,
    **kwargs: Any,
) -> Any:
    """The vectors of `inputs`, in their order: array N×D, or D for a single text.

    `convert_to_tensor` gives a tensor instead, `convert_to_numpy=False` a list of tensors.
    `output_value="token_embeddings"` gives a list of tokens×D, None all features of each text.
    `precision` below float32 quantises the vectors (`quantize_embeddings`).
    Several devices, or a `pool` of `start_multi_process_pool`, share the texts in chunks of
    `chunk_size`. `kwargs` go to the modules: `task` names the route of a Router.
    Raises ValueError for an unknown prompt name, option or precision.
    """
    _check_options(self, kwargs)
    single = is_singular(inputs)
    texts = listed([inputs] if single else inputs)
    vectors = output_value == VECTORS
    to_tensor = convert_to_tensor and vectors
    to_numpy = convert_to_numpy and vectors and not to_tensor
    if show_progress_bar is None:
        show_progress_bar = log.isEnabledFor(logging.INFO)
    wanted = Wanted(
        output_value=output_value,
        prompt=self.prompts.choose(prompt, prompt_name or self.default_prompt_name),
        batch_size=batch_size,
        normalize=normalize_embeddings,
        truncate_dim=self.truncate_dim if truncate_dim is None else truncate_dim,
        on_cpu=to_numpy,
        show_progress_bar=show_progress_bar,
        options=kwargs,
    )
    if pool is not None or (isinstance(device, list) and device):
        values = embed_in_processes(self, texts, wanted, pool or device, chunk_size)
    else:
        self.place_on(device)
        values = embed(self, texts, wanted)
    if precision not in (None, "float32") and len(texts):
        values = quantize_embeddings(values, precision)
    values = converted(values, to_numpy=to_numpy, to_tensor=to_tensor)
    return values[0] if single else values


@once_called(sentences="inputs")
def encode_query(
    self: "SentenceTransformer",
    inputs: Inputs,
    prompt_name: str | None = None,
    prompt: str | None = None,
    batch_size: int = 32,
    show_progress_bar: bool | None = None,
    output_value: OutputValue = "sentence_embedding",
    precision: Precision = "float32",
    convert_to_numpy: bool = True,
    convert_to_tensor: bool = False,
    device: Device = None,
    normalize_embeddings: bool = False,
    truncate_dim: int | None = None,
    pool: Pool | None = None,
    chunk_size: int | None = None,
    **kwargs: Any,
) -> Any:
    """`encode` for what one searches with: the prompt "query" unless told otherwise, and the route
    "query" of a Router."""
    return self.encode(  # by way of the model: a class of one's own may have another `encode`
        inputs=inputs,
        prompt_name=self.prompts.name_for(QUERY_PROMPTS, prompt, prompt_name),
        prompt=prompt,
        batch_size=batch_size,
        show_progress_bar=show_progress_bar,
        output_value=output_value,
        precision=precision,
        convert_to_numpy=convert_to_numpy,
        convert_to_tensor=convert_to_tensor,
        device=device,
        normalize_embeddings=normalize_embeddings,
        truncate_dim=truncate_dim,
        pool=pool,
        chunk_size=chunk_size,
        **{"task": "query", **kwargs},
    )


@once_called(sentences="inputs")
def encode_document(
    self: "SentenceTransformer",
    inputs: Inputs,
    prompt_name: str | None = None,
    prompt: str | None = None,
    batch_size: int = 32,
    show_progress_bar: bool | None = None,
    output_value: OutputValue = "sentence_embedding",
    precision: Precision = "float32",
    convert_to_numpy: bool = True,
    convert_to_tensor: bool = False,
    device: Device = None,
    normalize_embeddings: bool = False,
    truncate_dim: int | None = None,
    pool: Pool | None = None,
    chunk_size: int | None = None,
    **kwargs: Any,
) -> Any:
    """`encode` for what is to be found: the prompt "document", else "passage", else "corpus", and
    the route "document" of a Router."""
    return self.encode(  # by way of the model: a class of one's own may have another `encode`
        inputs=inputs,
        prompt_name=self.prompts.name_for(DOCUMENT_PROMPTS, prompt, prompt_name),
        prompt=prompt,
        batch_size=batch_size,
        show_progress_bar=show_progress_bar,
        output_value=output_value,
        precision=precision,
        convert_to_numpy=convert_to_numpy,
        convert_to_tensor=convert_to_tensor,
        device=device,
        normalize_embeddings=normalize_embeddings,
        truncate_dim=truncate_dim,
        pool=pool,
        chunk_size=chunk_size,
        **{"task": "document", **kwargs},
    )


def _check_options(model: "SentenceTransformer", options: dict[str, Any]) -> None:
    known = model.get_model_kwargs()
    if unknown := sorted(set(options) - set(known) - ALWAYS_TAKEN):
        also = f"; this model's modules also take {', '.join(known)}" if known else ""
        raise ValueError(f"encode takes no {', '.join(unknown)}{also}. Check the spelling.")
