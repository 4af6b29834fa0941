"""Every route has one gate, or a reason for having none; an application with a bare one won't start.

Source: OWASP API Security Top 10 2023, A5 (broken function level authorisation).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from backend.accounts.current import GATES
from backend.accounts.people import Person, Scope

PUBLIC: Mapping[str, str] = {
    "/livez": "asked by whatever restarts the process",
    "/readyz": "asked by load balancers",
    "/static/{tree}/{path:path}": "the same files for everybody, needed to show the sign-in page",
    "/theme": "a cookie of the browser's own, chosen before signing in too",
    "/api/openapi.json": "describes the program, not anybody's data",
}
"""Routes that ask nobody who they are, each with its reason."""


class BareRoute(Exception):
    """A route without a gate, with two, or one that is public and has a gate."""


_SCOPES: Mapping[Callable[..., Person], Scope] = {gate: scope for scope, gate in GATES.items()}


def routes(app: FastAPI) -> Iterator[RouteContext]:
    """Every route, those of included routers too."""
    yield from iter_route_contexts(app.routes)


def scopes_of(route: RouteContext) -> set[Scope]:
    """The scopes that a request of this route must have."""
    if not isinstance(route.original_route, APIRoute):
        return set()
    return {_SCOPES[call] for call in _calls(route.dependant) if call in _SCOPES}


def check(app: FastAPI) -> None:
    """Raises BareRoute unless each route has one gate, or stands in `PUBLIC` and has none."""
    for route in routes(app):
        path, found = route.path, scopes_of(route)
        if path in PUBLIC and found:
            raise BareRoute(f"{path} is in PUBLIC and asks for {sorted(found)}: choose one")
        if path not in PUBLIC and len(found) != 1:
            raise BareRoute(
                f"{sorted(route.methods or ())} {path} asks for {sorted(found) or 'no scope'}. "
                "Give it exactly one gate, such as `who: MayRead`, or put it into PUBLIC in "
                "backend/accounts/gates.py with its reason."
            )


def _calls(dependant: Dependant) -> Iterator[Any]:
    for below in dependant.dependencies:
        yield below.call
        yield from _calls(below)
