"""The first module of a model: it also turns texts into what its forward takes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from transformers import PreTrainedTokenizerBase

from worker.engine.model.modules.module import Features, Module


class InputModule(Module):
    """A module that a model can begin with.

    `tokenizer` is whatever it splits texts with. `max_seq_length` is how many tokens of a text it
    reads; None where nothing limits. A module of your own has a `preprocess`, or a `tokenize` as
    before version 5.4.
    """

    save_in_root: ClassVar[bool] = True
    tokenizer: Any
    max_seq_length: int | None

    @property
    def modalities(self) -> list[str]:
        """The kinds of inputs that it reads: ["text"] unless a module says more."""
        return ["text"]

    def preprocess(
        self, inputs: Sequence[str], prompt: str | None = None, **options: Any
    ) -> Features:
        """What `forward` takes, padded to the longest of `inputs`, on the CPU.

        `prompt` is put before each text. Of the `options` a module takes what concerns it: `task`
        (the route where a model has several), `max_length`, `processing_kwargs`.
        """
        if type(self).tokenize is InputModule.tokenize:
            raise NotImplementedError(f"{type(self).__name__} needs a method preprocess(inputs).")
        return self.tokenize(with_prompt(inputs, prompt))

    def tokenize(self, texts: Sequence[str], **options: Any) -> Features:
        """`preprocess` by the name that scripts from before version 5.4 use."""
        return self.preprocess(texts, **options)

    def save_tokenizer(self, output_path: str | Path, **kwargs: Any) -> None:
        """Write the tokenizer of `transformers` or `tokenizers` that this module has."""
        if isinstance(self.tokenizer, PreTrainedTokenizerBase):
            self.tokenizer.save_pretrained(output_path, **kwargs)
        else:
            self.tokenizer.save(str(Path(output_path) / "tokenizer.json"), **kwargs)


def with_prompt(texts: Sequence[Any], prompt: str | None) -> list[Any]:
    """`texts`, each with `prompt` before it; before the first of a pair."""
    if not prompt:
        return list(texts)
    return [prompt + t if isinstance(t, str) else (prompt + t[0], *t[1:]) for t in texts]


def lowered(value: Any) -> Any:
    """`value` in lower case: a text, or every text of a pair or a conversation."""
    match value:
        case str():
            return value.lower()
        case dict():
            return {name: lowered(part) for name, part in value.items()}
        case list() | tuple():
            return type(value)(map(lowered, value))
        case _:
            return value
