"""Every route has one gate, or a reason for having none; an application with a bare one won't start.

Source: OWASP API Security Top 10 2023, A5 (broken function level authorisation).
"""

from collections.abc import Iterator, Mapping

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from backend.accounts.current import Gate

PUBLIC: Mapping[str, str] = {
    "/livez": "asked by whatever restarts the process",
    "/readyz": "asked by load balancers",
    "/static/{tree}/{path:path}": "the same files for everybody, needed to show the sign-in page",
    "/language": "a cookie of the browser's own, chosen before signing in too",
    "/theme": "a cookie of the browser's own, chosen before signing in too",
    "/api/openapi.json": "describes the program, not anybody's data",
    "/sign-in": "the page of the door itself",
    "/sign-in/oidc": "leads to the provider",
    "/sign-in/oidc/back": "the provider's signed answer is the key",
    "/claim/{token}": "as the API's: the secret of the link is the key",
    "/invitation/{token}": "likewise",
    "/api/v1/sign-in": "how one becomes known; throttled",
    "/api/v1/claim": "how the first person becomes known: the secret of the link is the key",
    "/api/v1/invitations/accept": "how an invited person becomes known: likewise",
}
"""Routes that ask nobody who they are, each with its reason."""


class BareRoute(Exception):
    """A route without a gate, with two, or one that is public and has a gate."""


def routes(app: FastAPI) -> Iterator[RouteContext]:
    """Every route, those of included routers too."""
    yield from iter_route_contexts(app.routes)


def gates_of(route: RouteContext) -> set[Gate]:
    """What a request of this route must pass."""
    if not isinstance(route.original_route, APIRoute):
        return set()
    return set(_gates(route.dependant))


def check(app: FastAPI) -> None:
    """Raises BareRoute unless each route has one gate, or stands in `PUBLIC` and has none."""
    for route in routes(app):
        path, found = route.path, gates_of(route)
        if path in PUBLIC and found:
            raise BareRoute(f"{path} is in PUBLIC and asks for {_in_words(found)}: choose one")
        if path not in PUBLIC and len(found) != 1:
            raise BareRoute(
                f"{sorted(route.methods or ())} {path} asks for {_in_words(found)}. "
                "Give it exactly one gate, such as `who: MayRead`, or put it into PUBLIC in "
                "backend/accounts/gates.py with its reason."
            )


def _in_words(found: set[Gate]) -> str:
    return " and for ".join(sorted(map(str, found))) or "nothing"


def _gates(dependant: Dependant) -> Iterator[Gate]:
    for below in dependant.dependencies:
        if isinstance(below.call, Gate):
            yield below.call
        yield from _gates(below)
