"""What every route of the API does beside its own: `router = rest_router("runs")`.

Its answer is at hand while its transaction is still open, each POST heeds `Idempotency-Key`, and
what a GET answers has an ETag.
"""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.params import Depends as Dependency
from fastapi.routing import APIRoute

from backend.rest.keyed import done_once
from backend.web.etags import with_etag

API = "/api/v1"


class RestRoute(APIRoute):
    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        methods: set[str] | list[str] | None = None,
        dependencies: Sequence[Dependency] | None = None,
        **options: Any,
    ) -> None:
        of_a_post = [Depends(done_once, scope="function")] if "POST" in (methods or ()) else []
        super().__init__(
            path,
            endpoint,
            methods=methods,
            dependencies=[*of_a_post, *(dependencies or ())],
            **options,
        )

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            response = with_etag(request, await handle(request))
            request.state.answer = response
            return response

        return handled


def rest_router(tag: str, under: str = "") -> APIRouter:
    """For the routes of a feature. It knows its whole path, so that nobody must include it in another
    router: that would make each of its routes a second time."""
    return APIRouter(prefix=f"{API}{under}", tags=[tag], route_class=RestRoute)
