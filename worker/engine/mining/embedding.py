"""Queries and corpus as vectors, kept on the disk if wanted.

Legend: Q queries; C texts of the corpus; D dimensions.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from worker.engine.model import SentenceTransformer


@dataclass(frozen=True)
class Prompted:
    """Texts, and what goes before each of them."""

    texts: list[str]
    prompt_name: str | None
    prompt: str | None


def embed(
    model: SentenceTransformer,
    queries: Prompted,
    corpus: Prompted,
    *,
    batch_size: int,
    processes: list[str] | bool,
    cache_folder: str | None,
    show_progress: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """Vectors of length 1 for all queries, Q×D, and all of the corpus, C×D.

    `processes`: encode in several at once, on these devices, or on all with True.
    """
    jobs = {
        "query": (model.encode_query, queries),
        "corpus": (model.encode_document, corpus),
    }
    places = {name: _place(cache_folder, model, name, texts) for name, (_, texts) in jobs.items()}
    vectors = {name: np.load(at) for name, at in places.items() if at is not None and at.exists()}
    missing = {name: job for name, job in jobs.items() if name not in vectors}
    options: dict[str, Any] = {
        "batch_size": batch_size,
        "normalize_embeddings": True,
        "convert_to_numpy": True,
        "show_progress_bar": show_progress,
    }
    with pool_of(model, processes if missing else False) as pool:
        for name, (encode, prompted) in missing.items():
            vectors[name] = _encoded(encode, prompted, options | pool)
            if (place := places[name]) is not None:
                _write(place, vectors[name])
    return vectors["query"], vectors["corpus"]


def _encoded(encode: Callable[..., Any], these: Prompted, options: dict[str, Any]) -> np.ndarray:
    return np.asarray(
        encode(these.texts, prompt_name=these.prompt_name, prompt=these.prompt, **options)
    )


@contextmanager
def pool_of(model: Any, processes: list[str] | bool) -> Iterator[dict[str, Any]]:
    """The option that lets `model` use several processes, ended afterwards; none if there are none."""
    if not processes:
        yield {}
        return
    pool = model.start_multi_process_pool(None if processes is True else processes)
    try:
        yield {"pool": pool}
    finally:
        model.stop_multi_process_pool(pool)


def _place(
    folder: str | None, model: SentenceTransformer, name: str, these: Prompted
) -> Path | None:
    """A file named after all that decides over the vectors: weights, prompt and texts."""
    if folder is None:
        return None
    digest = hashlib.sha256()
    for key, weight in model.state_dict().items():
        digest.update(key.encode())
        digest.update(weight.detach().cpu().reshape(-1).view(torch.uint8).numpy())
    prompt = (
        model.prompts.get(these.prompt_name or "", "") if these.prompt is None else these.prompt
    )
    settings = (name, prompt, model.truncate_dim, model.max_seq_length, len(these.texts))
    digest.update(repr(settings).encode())
    for text in these.texts:
        digest.update(hashlib.sha256(text.encode()).digest())  # so that no two lists look alike
    return Path(folder) / f"{name}_embeddings_{digest.hexdigest()}.npy"


def _write(place: Path, vectors: np.ndarray) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_suffix(f".part-{os.getpid()}.npy")
    np.save(part, vectors)
    part.replace(place)
