"""A model's card: what the studio writes of it, and the person's own words above that.

The file in the model's folder is the studio's alone. The words are kept apart, so that they outlive
every card that is written anew; whatever leaves has both.
"""

from typing import Annotated

from pydantic import Field

from backend.proof.card_text import FRONT_MATTER
from backend.recipes.schemas import Strict

FILE = "README.md"
MOST_WORDS = 100_000  # characters


class CardWords(Strict):
    """A person's own words, in Markdown; empty for none."""

    words: Annotated[str, Field(max_length=MOST_WORDS)]


def with_words(generated: str, words: str) -> str:
    """The generated card with a person's words behind its metadata, above all else. Pure."""
    if not words.strip():
        return generated
    head = FRONT_MATTER.match(generated)
    metadata = head.group() if head else ""
    return f"{metadata}\n{words.strip()}\n\n{generated[len(metadata) :].lstrip()}"
