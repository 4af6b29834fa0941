"""Texts that go before each text, by name: one for queries, another for documents."""

from collections.abc import Mapping
from typing import Self

QUERY_PROMPTS = ("query",)
DOCUMENT_PROMPTS = ("document", "passage", "corpus")
"""Names in the order in which they are looked for."""

NO_PROMPTS = {"query": "", "document": ""}


class Prompts(dict[str, str]):
    """Prompt texts by name; "query" and "document" are always there, empty unless set."""

    @classmethod
    def of(cls, saved: Mapping[str, str], given: Mapping[str, str] | None) -> Self:
        """`given` wins over what the model was saved with."""
        return cls({**NO_PROMPTS, **saved, **(given or {})})

    def check(self, name: str | None) -> None:
        """Raise ValueError if `name` is set and is none of ours."""
        if name is not None and name not in self:
            raise ValueError(
                f"There is no prompt named {name!r}; this model has {', '.join(map(repr, self))}. "
                "Add it with prompts={…} when you load the model."
            )

    def choose(self, prompt: str | None, name: str | None) -> str | None:
        """The text to put first: `prompt` itself, or the one of that name."""
        if prompt is not None or name is None:
            return prompt
        self.check(name)
        return self[name]

    def name_for(self, names: tuple[str, ...], prompt: str | None, name: str | None) -> str | None:
        """The first of `names` that we have, unless a prompt or a name was chosen."""
        if prompt is not None or name is not None:
            return name
        return next((name for name in names if name in self), None)
