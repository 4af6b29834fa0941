"""In which language a page speaks: as its reader chose, or as their browser asks.

Translations lie as gettext catalogues in `frontend/locale`; what one lacks is said in English.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from typing import Annotated

from babel.core import Locale, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from backend.places import FRONTEND
from backend.web.theme import YEAR_SECONDS, own_path

ENGLISH = "en"
LANGUAGES = {
    ENGLISH: "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "zh": "中文",
}
COOKIE = "language"
MOST_ASKED = 20
"""Languages that a browser may ask for; no person has more."""

_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)

router = APIRouter(include_in_schema=False)


@router.post("/language")
def choose(language: Annotated[str, Form()], back: Annotated[str, Form()] = "/") -> Response:
    response = RedirectResponse(own_path(back), status_code=303)
    if language in LANGUAGES:
        response.set_cookie(COOKIE, language, max_age=YEAR_SECONDS, httponly=True, samesite="lax")
    return response


def chosen_language(request: Request) -> str:
    cookie = request.cookies.get(COOKIE)
    if cookie in LANGUAGES:
        return cookie
    asked = _asked(request.headers.get("Accept-Language", ""))
    return negotiate_locale(asked, list(LANGUAGES), sep="-") or ENGLISH


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """What is rendered here is in this language."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> str:
    """The language of what is being rendered."""
    return _spoken.get()


def language_name(code: str) -> str:
    """An ISO 639 code in words of the language that is spoken: "de" → "German"; a code that nobody
    knows, as it is."""
    return str(Locale.parse(spoken()).languages.get(code, code))


def to_say(text: str) -> str:
    """`text` as it is: marks what a template hands to gettext, so that `tools.messages` finds it."""
    return text


def gettext(message: str) -> str:
    return _catalogue(_spoken.get()).gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    return _catalogue(_spoken.get()).ngettext(singular, plural, number)


@cache
def _catalogue(language: str) -> NullTranslations:
    path = FRONTEND / "locale" / f"{language}.po"
    if not path.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _asked(header: str) -> list[str]:
    """The languages of an Accept-Language header (RFC 9110, 12.5.4), the most wanted first, each
    followed by itself without its region."""
    wanted: list[tuple[float, str]] = []
    for part in header.split(",")[:MOST_ASKED]:
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if weight > 0 and tag:
            wanted.append((weight, tag.lower()))
    ordered = [tag for _, tag in sorted(wanted, key=lambda each: -each[0])]
    return [name for tag in ordered for name in dict.fromkeys((tag, tag.split("-")[0]))]
