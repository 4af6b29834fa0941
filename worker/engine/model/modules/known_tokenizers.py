"""The tokenizers of words that a file may name. Only classes of this list are ever loaded."""

from worker.engine.model.modules.phrase_tokenizer import PhraseTokenizer
from worker.engine.model.modules.word_tokenizer import (
    TransformersTokenizerWrapper,
    WhitespaceTokenizer,
    WordTokenizer,
)
from worker.engine.model.problems import UnknownModule

OLD = "sentence_transformers.models.tokenizer"
NEW = "sentence_transformers.sentence_transformer.modules.tokenizer"

FILES: dict[type[WordTokenizer], tuple[str, str]] = {
    PhraseTokenizer: (f"{OLD}.PhraseTokenizer", f"{NEW}.phrase"),
    TransformersTokenizerWrapper: (f"{OLD}.WordTokenizer", f"{NEW}.word"),
    WhitespaceTokenizer: (f"{OLD}.WhitespaceTokenizer", f"{NEW}.whitespace"),
}
"""The file of each class up to version 5.3, and from 5.4 on."""

TOKENIZERS = {
    f"{place}.{tokenizer.__name__}": tokenizer
    for tokenizer, (old, new) in FILES.items()
    for place in (OLD, old, NEW, new)
}


def known_tokenizer(name: str, place: object) -> type[WordTokenizer]:
    """The class that a file in `place` calls `name`. Raises UnknownModule."""
    if name not in TOKENIZERS:
        raise UnknownModule(
            f"{place} asks for the tokenizer {name!r}. We never load a class because a file names "
            f"it, only {', '.join(sorted({t.__name__ for t in FILES}))}."
        )
    return TOKENIZERS[name]


def tokenizer_name(tokenizer: WordTokenizer) -> str:
    """What a file calls `tokenizer`: as 2.2 to 6.2 read it, or the class's own path."""
    cls = type(tokenizer)
    place = FILES[cls][0] if cls in FILES else cls.__module__
    return f"{place}.{cls.__qualname__}"
