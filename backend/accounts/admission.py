"""Who asks, found before a route is chosen and before a body is read.

A pure ASGI middleware: it puts the person into `request.state.person`, where the gates look, and
turns away whoever must not come further. Streams pass through untouched.
"""

from asyncio import to_thread
from collections.abc import Iterable
from urllib.parse import quote

from fastapi import Request, Response
from starlette.routing import compile_path
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.accounts import cookies, principal
from backend.accounts.addresses import client_address
from backend.accounts.people import THE_PERSON, Person, a_stranger
from backend.db import Database
from backend.problems import NotSignedIn, Problem, Refusal
from backend.studio import Studio
from backend.web import problem_details
from backend.web.own_address import address_of
from backend.web.problem_pages import wants_page
from backend.web.templates import is_partial, lead_on

SAFE = ("GET", "HEAD", "OPTIONS")
OWN_SITE = ("same-origin", "none")  # another port of this machine is "same-site", and foreign
PROXY_HEADERS = (
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
)


class Exposed(Refusal):
    """403: without accounts nobody but this machine's own people may come in."""

    status = 403


class Unsaid(Refusal):
    """403: a signed-in browser says where a form comes from; this request doesn't."""

    status = 403


class Admission:
    """Lets in the person whom a cookie or a token shows; without accounts, the one person."""

    def __init__(self, app: ASGIApp, studio: Studio, public: Iterable[str]) -> None:
        self._app = app
        self._studio = studio
        self._public = [compile_path(path)[0] for path in public]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            request.state.person = await self._admit(request)
        except Refusal as refusal:
            await _turn_away(request, refusal)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _admit(self, request: Request) -> Person:
        settings = self._studio.settings
        if settings.auth == "none":
            _check_not_exposed(request)
            return THE_PERSON
        address = client_address(request.scope, settings.trusted_proxies)
        if any(path.match(request.scope["path"]) for path in self._public):
            return a_stranger(address)
        bearer = _bearer(request)
        if bearer is not None:
            return _found(await to_thread(principal.by_token, self._database, bearer, address))
        secret = cookies.shown(request, settings)
        if secret is None:
            raise NotSignedIn(
                "not_signed_in",
                "Sign in first",
                "This needs an account: send `Authorization: Bearer lw_…` with an API token, "
                "or sign in with a browser.",
            )
        _check_origin_is_said(request)
        return _found(await to_thread(principal.by_session, self._database, secret, address))

    @property
    def _database(self) -> Database:
        return self._studio.database


def _found(who: Person | None) -> Person:
    if who is None:
        raise NotSignedIn(
            "no_longer_signed_in",
            "You are no longer signed in",
            "What you showed is unknown, has expired or was revoked. Sign in again, or make a new "
            "token.",
        )
    return who


def _bearer(request: Request) -> str | None:
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else None


def _check_not_exposed(request: Request) -> None:
    """Without accounts whoever reaches us owns all: nothing but this machine may reach us."""
    named = [header for header in PROXY_HEADERS if header in request.headers]
    if named:
        raise Exposed(
            Problem(
                code="proxy_without_accounts",
                title="This studio has no accounts, so it takes nothing from a proxy",
                detail=f"The request carries {named[0]}: whoever reaches the proxy could read and "
                "change everything. Start the studio with LIKEWISE_AUTH=accounts.",
            )
        )
    is_link = request.headers.get("sec-fetch-dest") == "document"  # followed, not framed
    if request.headers.get("sec-fetch-site", "none") not in OWN_SITE and not is_link:
        raise Exposed(
            Problem(
                code="cross_site",
                title="This request came from another site",
                detail="Another page asked for your data, and was refused.",
            )
        )


def _check_origin_is_said(request: Request) -> None:
    """A cookie goes with every request to us, whoever caused it; browsers say who did, and what
    they say was checked before. Whatever keeps silent shows a token instead."""
    is_said = "sec-fetch-site" in request.headers or "origin" in request.headers
    if request.method not in SAFE and not is_said:
        raise Unsaid(
            Problem(
                code="unknown_site",
                title="This request doesn't say where it comes from",
                detail="With a session's cookie a request that changes something needs the header "
                "Origin, as browsers send it. Programs use an API token.",
            )
        )


def _turn_away(request: Request, refusal: Refusal) -> Response:
    """People are led to where they sign in, programs are told."""
    if isinstance(refusal, NotSignedIn) and (wants_page(request) or is_partial(request)):
        return lead_on(request, f"/sign-in?next={quote(_wanted(request))}")
    return problem_details.answer(refusal.status, refusal.problems, refusal.headers)


def _wanted(request: Request) -> str:
    """Where to go after signing in: the page that was asked for; a form's answer is none."""
    if is_partial(request) or request.method not in SAFE:
        return "/"
    return address_of(request)
