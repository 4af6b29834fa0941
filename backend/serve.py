"""Run the server alone: migrate, listen, and leave cleanly with streams still open."""

import socket

import uvicorn
from fastapi import FastAPI

from backend import logs
from backend.app import create_app
from backend.migrate import migrate
from backend.settings import Settings
from backend.web.event_stream import Connection


class Server(uvicorn.Server):
    """uvicorn waits for open responses without end; ours tells the streams to say goodbye first."""

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=settings.host,
                port=settings.port,
                log_level="warning",
                log_config=None,  # its lines go through our handler
                http=Connection,
                timeout_graceful_shutdown=8,  # the whole of it takes 10 s at most
                proxy_headers=False,  # trust is never taken from a header
                server_header=False,
            )
        )
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.hub.close()
        await super().shutdown(sockets)


def serve(settings: Settings) -> None:
    """Listen until told to stop. The lock of the migration lets many servers start at once."""
    logs.begin()
    migrate(settings)
    Server(create_app(settings), settings).run()


if __name__ == "__main__":
    serve(Settings())
