"""What every answer carries, and which requests are not let in.

A pure ASGI middleware: streams pass through untouched. Decides on `scope`, never on a URL that was
put together from headers. Sources: OWASP ASVS 5.0 V3; RFC 9110 §7.2; the Fetch Metadata draft.
"""

import secrets
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.problems import Problem
from backend.web.problem_details import answer

_SAFE = ("GET", "HEAD", "OPTIONS")
_OWN_SITE = ("same-origin", "none")


def content_security_policy(nonce: str) -> str:
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


class Guard:
    """Refuses foreign hosts (DNS rebinding) and foreign sites' forms; adds security headers."""

    def __init__(self, app: ASGIApp, allowed_hosts: Sequence[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not self._is_ours(headers.getlist("host")):
            await _refuse(
                scope,
                receive,
                send,
                "unknown_host",
                "This studio is not called by that name",
                "The Host header names another host. Open the studio by its own address, or add "
                "the name to LIKEWISE_ALLOWED_HOSTS.",
            )
            return
        if scope["method"] not in _SAFE and _is_foreign(headers):
            await _refuse(
                scope,
                receive,
                send,
                "cross_site",
                "This request came from another site",
                "Another page tried to act in your name, and was refused. Nothing was changed.",
            )
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(MutableHeaders(scope=message), nonce)
            await send(message)

        await self._app(scope, receive, send_guarded)

    def _is_ours(self, hosts: Sequence[str]) -> bool:
        if len(hosts) != 1:
            return False
        name = hosts[0].lower()
        bare = name.partition("]")[0] + "]" if name.startswith("[") else name.split(":")[0]
        return bare in self._hosts


def _is_foreign(headers: Headers) -> bool:
    """Did a browser send this for another site? A client that is no browser says neither."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in _OWN_SITE
    origin = headers.get("origin")
    return origin is not None and origin.split("://")[-1] != headers.get("host")


def _add_headers(headers: MutableHeaders, nonce: str) -> None:
    headers.setdefault("Content-Security-Policy", content_security_policy(nonce))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")


async def _refuse(
    scope: Scope, receive: Receive, send: Send, code: str, title: str, detail: str
) -> None:
    problem = Problem(code=code, title=title, detail=detail)
    await answer(403, [problem], {})(scope, receive, send)
