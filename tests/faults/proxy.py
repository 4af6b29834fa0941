"""A line between a client and a server that a test can cut, hang, delay, or rob of an answer."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, Self

CHUNK_BYTES = 1 << 16


class Proxy:
    """Listens on a port of its own and passes everything on to `host`:`port`."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._loop = asyncio.new_event_loop()
        self._passing = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()
        self._delay_seconds = 0.0
        self._left_bytes: int | None = None
        self._is_cut = False
        self._robbed_after: bytes | None = None
        self.robbed = 0

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._do(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def cut(self) -> None:
        """End every connection and refuse new ones, until `heal`."""
        self._do(self._cut())

    def hang(self) -> None:
        """Pass nothing on, and say nothing: a half-open line."""
        self._loop.call_soon_threadsafe(self._passing.clear)

    def delay(self, seconds: float) -> None:
        self._delay_seconds = seconds

    def drop_after(self, count_bytes: int) -> None:
        """Cut once so many more bytes have come from the server."""
        self._left_bytes = count_bytes

    def lose_answer(self, after: bytes) -> None:
        """Let the next COMMIT of the connection that has said `after` reach the server, and its
        answer never come back: the connection ends instead. Once."""
        self._robbed_after = after

    def heal(self) -> None:
        self._is_cut = False
        self._delay_seconds, self._left_bytes = 0.0, None
        self._loop.call_soon_threadsafe(self._passing.set)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(5)

    async def _listen(self) -> None:
        self._passing.set()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        self._server.close()
        await self._cut()

    async def _cut(self) -> None:
        self._is_cut = True
        for writer in self._writers:
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._to)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, far_writer}
        self._writers |= ends
        line = _Line()
        await asyncio.gather(
            self._upwards(reader, far_writer, line), self._downwards(far_reader, writer, line)
        )
        for end in ends:
            end.transport.abort()
        self._writers -= ends

    async def _upwards(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: "_Line"
    ) -> None:
        while said := await _read(reader):
            line.knows = line.knows or (
                self._robbed_after is not None and self._robbed_after in said
            )
            line.is_robbed = line.is_robbed or (line.knows and b"COMMIT" in said)
            await self._pass(said, writer)
        writer.transport.abort()

    async def _downwards(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: "_Line"
    ) -> None:
        while said := await _read(reader):
            if line.is_robbed and self._robbed_after is not None:
                self._robbed_after = None
                self.robbed += 1
                break
            if self._left_bytes is not None and (left := self._left_bytes - len(said)) <= 0:
                await self._pass(said[:left] if left else said, writer)
                await self._cut()
                break
            self._left_bytes = None if self._left_bytes is None else left
            await self._pass(said, writer)
        writer.transport.abort()

    async def _pass(self, said: bytes, writer: asyncio.StreamWriter) -> None:
        await self._passing.wait()
        await asyncio.sleep(self._delay_seconds)
        writer.write(said)


class _Line:
    """What a connection has said so far that decides whether it is robbed."""

    knows = False
    is_robbed = False


async def _read(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read(CHUNK_BYTES)
    except OSError:
        return b""
