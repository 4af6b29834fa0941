"""Which requests are not let in, whoever sends them: for a foreign host, from a foreign site.

A pure ASGI middleware: streams pass through untouched. Decides on `scope`, never on a URL that was
put together from headers. Sources: OWASP ASVS 5.0 V3; RFC 9110 §7.2; the Fetch Metadata draft.
"""

import re
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.problems import Problem
from backend.web.headers import protect
from backend.web.problem_details import answer

_SAFE = ("GET", "HEAD", "OPTIONS")
_OWN_SITE = ("same-origin", "none")
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[^\s:/?#@\[\]]+)(?::\d{1,5})?")

UNKNOWN_HOST = Problem(
    code="unknown_host",
    title="This studio is not called by that name",
    detail="The Host header names another host. Open the studio by its own address, or add the "
    "name to LIKEWISE_ALLOWED_HOSTS.",
)
CROSS_SITE = Problem(
    code="cross_site",
    title="This request came from another site",
    detail="Another page tried to act in your name, and was refused. Nothing was changed.",
)


class Guard:
    """Refuses foreign hosts (DNS rebinding) and foreign sites' forms; protects each answer."""

    def __init__(self, app: ASGIApp, allowed_hosts: Sequence[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                protect(MutableHeaders(scope=message))
            await send(message)

        problem = self._problem(scope["method"], Headers(scope=scope))
        if problem is not None:
            await answer(403, [problem], {})(scope, receive, send_guarded)
            return
        await self._app(scope, receive, send_guarded)

    def _problem(self, method: str, headers: Headers) -> Problem | None:
        """Why this request is not let in."""
        if not self._is_ours(headers.getlist("host")):
            return UNKNOWN_HOST
        if method not in _SAFE and _is_foreign(headers):
            return CROSS_SITE
        return None

    def _is_ours(self, hosts: Sequence[str]) -> bool:
        if len(hosts) != 1:
            return False
        named = _HOST.fullmatch(hosts[0].lower())
        return named is not None and named["name"] in self._hosts


def _is_foreign(headers: Headers) -> bool:
    """Did a browser send this for another site? A client that is no browser says neither."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in _OWN_SITE
    origin = headers.get("origin")
    return origin is not None and origin.split("://")[-1] != headers.get("host")
