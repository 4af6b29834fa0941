"""What nobody foresaw, answered like everything else: inside, so that its answer carries what every
answer carries. The framework's own last resort stands outside, and would say it without."""

from fastapi import FastAPI, Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class LastResort:
    """Answers an exception that no handler took, or that was raised where none stands: by the
    application's own handler of its kind."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_begun = False

        async def send_seen(message: Message) -> None:
            nonlocal is_begun
            is_begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_seen)
        except Exception as error:
            if scope["type"] != "http" or is_begun:
                raise  # half an answer is out: only a broken line says that it isn't whole
            app: FastAPI = scope["app"]
            handlers = app.exception_handlers
            kind = next(kind for kind in type(error).__mro__ if kind in handlers)
            answer: Response = handlers[kind](Request(scope), error)  # type: ignore[assignment]  # ours are plain functions
            await answer(scope, receive, send)
