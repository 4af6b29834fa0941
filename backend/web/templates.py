"""Pages from templates. A fragment is a block of its page: htmx gets it, a browser the page."""

import json
from functools import cache
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from backend.places import FRONTEND
from backend.web.assets import assets
from backend.web.glossary import explained, explaining_once, term
from backend.web.in_words import FILTERS
from backend.web.languages import (
    LANGUAGES,
    chosen_language,
    gettext,
    language_name,
    ngettext,
    speaking,
)
from backend.web.own_address import address_of
from backend.web.theme import THEMES, chosen_theme
from backend.web.whisker import whisker


@cache
def environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(FRONTEND / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # added by i18n
    found.filters |= FILTERS | {
        "data": data,
        "explained": explained,
        "language_name": language_name,
    }
    found.globals |= {
        "asset": assets().url,
        "themes": THEMES,
        "languages": LANGUAGES,
        "draw_whisker": whisker,
        "term": term,
    }
    return found


def data(value: Any) -> Markup:
    """JSON for a `<script type="application/json">`; no text of a person's can end the element."""
    return Markup(json.dumps(value, separators=(",", ":")).replace("<", "\\u003c"))


def is_partial(request: Request) -> bool:
    """Did htmx ask, for a piece to put into a page that is already there?"""
    return request.headers.get("HX-Request-Type") == "partial"


def fragment(template: str, block: str, **context: Any) -> str:
    """One block of a page. What the block uses it must import itself."""
    found = environment().get_template(template)
    return "".join(found.blocks[block](found.new_context(context)))


def page(
    request: Request, template: str, block: str | None = None, status: int = 200, **context: Any
) -> Response:
    """A page; or only `block` of it, if there is one and htmx asks.

    Raises TypeError for a name that every page has already: it would hide who looks, and their
    rights.
    """
    language = chosen_language(request)
    shared = {
        "language": language,
        "theme": chosen_theme(request),
        "back": address_of(request),
        **request.app.state.shown_to(request),
    }
    if taken := shared.keys() & context.keys():
        raise TypeError(f"{template} can't have its own {sorted(taken)}: every page has that name")
    with speaking(language), explaining_once():
        if block is not None and is_partial(request):
            html = fragment(template, block, **shared | context)
        else:
            html = environment().get_template(template).render(shared | context)
    return HTMLResponse(html, status, {"Vary": "HX-Request-Type", "Cache-Control": "no-store"})


def see(path: str) -> Response:
    """Lead the browser on after a form."""
    return RedirectResponse(path, status_code=303)


def lead_on(request: Request, path: str) -> Response:
    """On to another page: a browser is led there, htmx leads the page that is shown."""
    if is_partial(request):
        return Response(headers={"HX-Redirect": path, "Vary": "HX-Request-Type"})
    return see(path)
