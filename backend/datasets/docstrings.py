"""From a docstring to the one plain sentence that says what it is for; from a name to words."""

import re

FEWEST_WORDS = 4
MOST_WORDS = 30

_CLEANED = (  # reStructuredText and Markdown, down to what is read aloud
    (re.compile(r":[\w:+.-]+:`~[\w.]*\.(\w+)`"), r"\1"),
    (re.compile(r":[\w:+.-]+:`(?:[^`<]*<)?[~!.]*([^`>]+)>?`"), r"\1"),
    (re.compile(r"``([^`]*)``"), r"\1"),
    (re.compile(r"`([^`<]+)(?:<[^>]*>)?`_{0,2}"), r"\1"),
    (re.compile(r"\[([^\]]+)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\*\*?([^\s*][^*]*)\*\*?"), r"\1"),
    (re.compile(r"\s+"), " "),
)
_ENDS = re.compile(r"(?<!e\.g)(?<!i\.e)(?<!\betc)(?<!\bvs)[.!?](?=\s+[A-Z(]|\s*$)")
_NO_SENTENCE = re.compile(
    r">>>|::|[{}|<>=@\\^~#`]|https?:|^\W|^(deprecated|todo|note|see|alias|internal|same as)\b",
    re.IGNORECASE,
)
_ENGLISH = frozenset(
    ("a", "an", "and", "are", "as", "at", "be", "by", "can", "for", "from", "given", "has", "if",
     "in", "into", "is", "it", "its", "not", "of", "on", "or", "that", "the", "this", "to", "when",
     "whether", "which", "with")
)  # fmt: skip
_NAME_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_LETTERS = re.compile(r"[A-Za-z]+")


def spoken(*names: str) -> str:
    """Names of code as one would type them: `("TarFile", "extract_all")` → "tar file extract all".

    A word that follows itself is said once.
    """
    words = [word.lower() for name in names for word in _NAME_WORDS.findall(name)]
    return " ".join(w for w, before in zip(words, ["", *words], strict=False) if w != before)


def summary_of(docstring: str) -> str | None:
    """Its first sentence in plain words; None if it has none of 4 to 30 English words."""
    paragraph = re.split(r"\n\s*\n", docstring.strip(), maxsplit=1)[0]
    for pattern, plain in _CLEANED:
        paragraph = pattern.sub(plain, paragraph)
    end = _ENDS.search(paragraph)
    sentence = (paragraph[: end.start()] if end else paragraph).strip()
    return sentence if _is_plain(sentence) else None


def is_told_by(summary: str, name: str) -> bool:
    """Does the summary say nothing that the name doesn't?"""
    told = {_stem(word) for word in name.split()}
    words = map(str.lower, _LETTERS.findall(summary))
    return all(_stem(word) in told for word in words if word not in _ENGLISH)


def _is_plain(sentence: str) -> bool:
    words = sentence.split()
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS or _NO_SENTENCE.search(sentence):
        return False
    letters = sum(c.isascii() and (c.isalpha() or c == " ") for c in sentence)
    return letters >= 0.85 * len(sentence) and not _ENGLISH.isdisjoint(map(str.lower, words))


def _stem(word: str) -> str:
    """Enough to see that `returns` is `return`, and `closing` is `close`."""
    for ending in ("ing", "es", "ed", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
