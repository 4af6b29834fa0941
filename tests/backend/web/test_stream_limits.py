"""One person has so many live streams open, and no more; one that is closed makes room."""

import asyncio

import pytest

from backend.problems import TooMany
from backend.web.stream_limits import StreamLimits

START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"text/event-stream; charset=utf-8")],
}


async def nothing(_message):
    return


class Streams:
    """An application whose streams stay open until they are told to end."""

    def __init__(self):
        self.limits = StreamLimits(self.app, most=2, who_asks=lambda scope: scope["who"])
        self.ends = asyncio.Event()

    async def app(self, _scope, _receive, send):
        await send(START)
        await self.ends.wait()

    async def open(self, who):
        task = asyncio.create_task(self.limits({"type": "http", "who": who}, nothing, nothing))
        await asyncio.sleep(0)
        return task


def test_one_stream_too_many_is_refused_and_a_closed_one_makes_room():
    async def watch():
        streams = Streams()
        first, second = await streams.open("ada"), await streams.open("ada")
        with pytest.raises(TooMany):
            await (await streams.open("ada"))
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        again = await streams.open("ada")
        assert not again.done()
        streams.ends.set()
        await asyncio.gather(second, again)

    asyncio.run(watch())


@pytest.mark.parametrize("who", ["grace", None])
def test_others_and_those_who_count_for_nobody_are_not_hindered(who):
    async def watch():
        streams = Streams()
        opened = [await streams.open("ada"), await streams.open("ada")]
        opened += [await streams.open(who)]
        assert not any(task.done() for task in opened)
        streams.ends.set()
        await asyncio.gather(*opened)

    asyncio.run(watch())
