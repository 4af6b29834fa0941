"""Embeddings and models as OpenAI's clients know them. No HTTP here.

Base models of the catalogue answer too, so that tuned and base can be compared; any other name of
the Hub would let a client have the studio download what it likes.
"""

import base64
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.catalog.base_models import BASE_MODELS
from backend.ids import ModelId
from backend.models import service
from backend.models.embedder import Embedder
from backend.models.openai_schemas import (
    EmbeddingOut,
    EmbeddingsIn,
    EmbeddingsOut,
    Encoding,
    OpenAIModel,
    UsageOut,
)
from backend.models.tables import Model
from backend.problems import Invalid, NotFound, Pointer, Problem

MOST_TEXTS = 2_048
LONGEST_TEXT = 100_000
AT_ONCE = 64
"""Texts for which the embedder is asked at once: others come in between."""


def model_of(session: Session, who: Person, name: str) -> OpenAIModel:
    """The model of this name: one of theirs, or a base model of the catalogue.

    Raises NotFound where there is none.
    """
    if name in BASE_MODELS:
        return _base(name)
    if not name.startswith(f"{ModelId.prefix}_"):
        raise NotFound("model", name)
    return _ours(service.get(session, who, ModelId(name)))


def models_of(session: Session, who: Person) -> list[OpenAIModel]:
    """All that can be asked: theirs, newest first, then the catalogue's."""
    newest = session.scalars(service.newest(who).order_by(Model.id.desc()))
    return [*map(_ours, newest), *map(_base, BASE_MODELS)]


def embed(embedder: Embedder, model: str, asked: EmbeddingsIn) -> EmbeddingsOut:
    """One embedding a text, in their order. `model` was found by `model_of`.

    Raises Invalid for what isn't a text and for dimensions that the model doesn't have, Unready
    while it is being loaded.
    """
    texts = _texts(asked)
    vectors, tokens = [], 0
    for start in range(0, len(texts), AT_ONCE):
        found = embedder.ask(model, texts[start : start + AT_ONCE], asked.prompt_name)
        vectors.append(found.vectors)
        tokens += found.tokens
    embeddings = _shortened(np.concatenate(vectors), asked.dimensions)
    return EmbeddingsOut(
        data=[
            EmbeddingOut(index=n, embedding=_encoded(embedding, asked.encoding_format))
            for n, embedding in enumerate(embeddings)
        ],
        model=asked.model,
        usage=UsageOut(prompt_tokens=tokens, total_tokens=tokens),
    )


def _ours(model: Model) -> OpenAIModel:
    created = int(model.created_at.timestamp())
    return OpenAIModel(id=model.id, created=created, owned_by="likewise")


def _base(name: str) -> OpenAIModel:
    return OpenAIModel(id=name, created=0, owned_by=name.split("/")[0])


def _texts(asked: EmbeddingsIn) -> list[str]:
    given = [asked.input] if isinstance(asked.input, str) else asked.input
    for problem in _wrong(given):
        raise Invalid(problem)
    return [str(text) for text in given]


def _wrong(given: list[str] | list[int] | list[list[int]]) -> Iterator[Problem]:
    at = Pointer("/input")
    if not given or any(text == "" for text in given):
        yield Problem(
            code="empty_input", title="A text is empty", detail="Give at least one text.", at=at
        )
    elif not all(isinstance(text, str) for text in given):
        yield Problem(
            code="tokens_not_taken",
            title="Tokens can't be embedded here",
            detail="Send texts, not token ids: each model has a tokenizer of its own, and ids of "
            "another mean something else to it. In OpenAI's client for LangChain, set "
            "check_embedding_ctx_length=False.",
            at=at,
        )
    elif len(given) > MOST_TEXTS or any(len(str(text)) > LONGEST_TEXT for text in given):
        yield Problem(
            code="too_much_input",
            title="This is too much at once",
            detail=f"At most {MOST_TEXTS} texts of {LONGEST_TEXT} characters. Send fewer.",
            at=at,
        )


def _shortened(embeddings_ND: NDArray[np.float32], dimensions: int | None) -> NDArray[np.float32]:
    """The first `dimensions` of each, at length 1 again: what a Matryoshka model was trained for."""
    width = embeddings_ND.shape[1]
    if dimensions is None:
        return embeddings_ND
    if dimensions > width:
        raise Invalid(
            Problem(
                code="too_many_dimensions",
                title="The model has fewer dimensions",
                detail=f"It gives {width} dimensions; {dimensions} were asked for.",
                at=Pointer("/dimensions"),
            )
        )
    kept_ND = embeddings_ND[:, :dimensions]
    norms_N1 = np.linalg.norm(kept_ND, axis=1, keepdims=True)
    unit_ND: NDArray[np.float32] = (kept_ND / np.maximum(norms_N1, 1e-12)).astype(np.float32)
    return unit_ND


def _encoded(embedding: NDArray[np.float32], encoding: Encoding) -> list[float] | str:
    if encoding == "base64":
        return base64.b64encode(embedding.astype("<f4").tobytes()).decode()
    return [float(value) for value in embedding]
