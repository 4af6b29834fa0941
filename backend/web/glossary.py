"""A word of the field, with what it means: shown when one points at it, or comes to it by Tab.

A page explains a word once, where it stands first: `term` for a word that is placed by hand,
`explained` for a sentence, in which it finds them.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from itertools import count

from markupsafe import Markup, escape

from backend.catalog.glossary import GLOSSARY
from backend.web.languages import gettext, spoken

_numbers = count()
"""Pieces of a page come and go, and each explanation needs an id of its own."""

_met: ContextVar[set[str] | None] = ContextVar("met", default=None)
"""Words that the page which is being made has explained already."""

_AS_IT_IS = re.compile(
    r"<a\b.*?</a>|<code\b.*?</code>|<span class=\"term\".*?</span></span>|<[^>]*>"
    r"|\b(?:API|access) tokens?\b",  # another thing than the pieces that a model reads
    re.DOTALL,
)
_ENDING = r"\w{0,2}"
"""A plural, or a case: losses, Verlusten."""

_WITHOUT_SPACES = re.compile(r"[\u3040-\u9fff]")
"""Chinese: words stand side by side, and a letter before one says nothing."""


@contextmanager
def explaining_once() -> Iterator[None]:
    """What is rendered here is one page."""
    token = _met.set(set())
    try:
        yield
    finally:
        _met.reset(token)


def term(name: str, shown: str | None = None) -> Markup:
    """`name` as the glossary has it, or `shown` in its place. Raises KeyError for no such word."""
    # Hidden, so that a label is not called otherwise while a word of it is explained; what describes
    # an element is read all the same.
    row, number = GLOSSARY[name], next(_numbers)
    if (met := _met.get()) is not None:
        met.add(name)
    return Markup(
        '<span class="term" tabindex="0" aria-describedby="term-{0}">{1}'
        '<span role="tooltip" id="term-{0}" aria-hidden="true">{2}</span></span>'
    ).format(number, escape(shown or gettext(name)), gettext(row.says))


def explained(text: str, again: bool = False) -> Markup:
    """A sentence of ours in which each word of the glossary that the page hasn't explained yet is a
    `term`; not within links and code. With `again` those that it has, too: where what came before
    may be folded away."""
    said, at, parts = str(escape(text)), 0, []
    for kept in _AS_IT_IS.finditer(said):
        parts += [_in_plain(said[at : kept.start()], again), kept[0]]
        at = kept.end()
    return Markup("".join([*parts, _in_plain(said[at:], again)]))


def _in_plain(text: str, again: bool) -> str:
    words, pattern = _words(spoken())

    def explain(found: re.Match[str]) -> str:
        said = found[0].lower()
        name = next(name for word, name in words.items() if said.startswith(word))
        if not again and name in (_met.get() or ()):
            return found[0]
        return str(term(name, Markup(found[0])))

    return pattern.sub(explain, text)


@cache
def _words(language: str) -> tuple[dict[str, str], re.Pattern[str]]:
    """The words of the glossary as this language has them, the longest first, and where in a text
    one of them is."""
    said = {gettext(name).lower(): name for name in GLOSSARY}
    words = {word: said[word] for word in sorted(said, key=len, reverse=True)}
    apart = "|".join(re.escape(word) for word in words if not _WITHOUT_SPACES.match(word))
    beside = [re.escape(word) for word in words if _WITHOUT_SPACES.match(word)]
    ways = "|".join([rf"(?<!\w)(?:{apart}){_ENDING}(?!\w)", *beside])
    return words, re.compile(ways, re.IGNORECASE)
