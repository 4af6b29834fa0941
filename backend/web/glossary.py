"""A word of the field with what it means: shown on hover, focus or tap."""

from itertools import count

from markupsafe import Markup, escape

from backend.catalog.glossary import GLOSSARY
from backend.web.languages import gettext

_numbers = count()
"""A page may have a word several times, and each explanation needs an id of its own."""


def term(name: str, shown: str | None = None) -> Markup:
    """`name` as the glossary has it, or `shown` in its place. Raises KeyError for no such word."""
    row, number = GLOSSARY[name], next(_numbers)
    return Markup(
        '<span class="term" tabindex="0" aria-describedby="term-{0}">{1}'
        '<span role="tooltip" id="term-{0}">{2}</span></span>'
    ).format(number, escape(shown or gettext(name)), gettext(row.says))
