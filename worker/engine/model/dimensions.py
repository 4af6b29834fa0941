"""How long a model's vectors are, and how much of them is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from worker.engine.model.sentence_transformer import SentenceTransformer


def get_embedding_dimension(self: "SentenceTransformer") -> int | None:
    """The length of the vectors that `encode` gives; None if no module knows."""
    asked = (getattr(m, "get_embedding_dimension", lambda: None)() for m in reversed(self))
    width: int | None = next((known for known in asked if known), None)
    given = [number for number in (width, self.truncate_dim) if number is not None]
    return min(given, default=None)


@contextmanager
def truncate_embeddings(self: "SentenceTransformer", truncate_dim: int | None) -> Iterator[None]:
    """Let `encode` keep only the first `truncate_dim` dimensions inside a with block."""
    before, self.truncate_dim = self.truncate_dim, truncate_dim
    try:
        yield
    finally:
        self.truncate_dim = before
