"""Live streams: one listener a process wakes all viewers, each batch of news is read once a process.

A topic is a job. The broker only says "there is more"; what there is, is read from the database, so
a lost message costs `poll_seconds` and nothing else. Knows no HTTP and no tables: how news are read
is given to it.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from backend.web.once import Once

log = structlog.get_logger()

KEPT = 1_000
PING_SECONDS = 15.0


class Numbered(Protocol):
    @property
    def seq(self) -> int: ...


News = TypeVar("News", bound=Numbered)


@dataclass(frozen=True)
class Batch(Generic[News]):
    """News of a topic after some number, in order; `is_ended`: nothing will follow them."""

    items: Sequence[News]
    is_ended: bool


class Tick:
    """Wakes everybody who waits, again and again. Take `turn` before you look, then wait for it:
    what happens between the look and the wait is not missed."""

    def __init__(self) -> None:
        self.turn = asyncio.Event()

    def wake(self) -> None:
        woken, self.turn = self.turn, asyncio.Event()
        woken.set()


async def passed(turn: asyncio.Event, seconds: float) -> None:
    """Wait for a turn to pass, at most so long."""
    try:
        await asyncio.wait_for(turn.wait(), seconds)
    except TimeoutError:
        return


class Feed(Generic[News]):
    """One topic as this process follows it: the newest news, shared by all its viewers."""

    def __init__(self, last_seq: int) -> None:
        self.viewers = 0
        self.last_seq = last_seq
        self.is_ended = False
        self.knock = Tick()
        self.tick = Tick()
        self.kept: deque[News] = deque(maxlen=KEPT)
        self.reader: asyncio.Task[None] | None = None

    def since(self, seq: int) -> list[News] | None:
        """The news after `seq`; None where they are no longer kept here."""
        if seq >= self.last_seq:
            return []
        if not self.kept or self.kept[0].seq > seq + 1:
            return None
        return [item for item in self.kept if item.seq > seq]


class Hub(Generic[News]):
    """All live streams of this process."""

    def __init__(
        self,
        redis_url: str,
        channel: str,
        read: Callable[[str, int], Batch[News]],
        poll_seconds: float,
        revoked: Callable[[], object],
    ) -> None:
        self._redis_url = redis_url
        self._channel = channel
        self._read = read
        self._poll_seconds = poll_seconds
        self._feeds: dict[str, Feed[News]] = {}
        self._revoked = revoked
        self._tasks: list[asyncio.Task[None]] = []
        self._closing = False
        self.shared: Once[bytes] = Once()
        """What all viewers of a topic are shown beside its news."""
        self.revocations = 0
        """Counts what may have made a viewer unwelcome; a stream that sees it move asks again."""

    @property
    def is_closing(self) -> bool:
        return self._closing

    @property
    def viewers(self) -> int:
        """How many follow something in this process."""
        return sum(feed.viewers for feed in self._feeds.values())

    async def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._listen(), name="hub listener"),
            asyncio.create_task(self._watch_access(), name="hub access"),
        ]

    def close(self) -> None:
        """Let every stream end with its farewell; called before the server waits for them."""
        self._closing = True
        for feed in self._feeds.values():
            feed.tick.wake()
            feed.knock.wake()

    async def stop(self) -> None:
        self.close()
        for task in self._tasks:
            task.cancel()

    async def follow(self, topic: str, after: int) -> AsyncIterator[list[News]]:
        """News of `topic` after number `after`, batch by batch, without a gap, until it has ended.

        An empty batch comes every 15 s without news, so that a caller can show that it lives, and
        at each recheck.
        """
        feed = self._join(topic, after)
        seq = after
        try:
            while not self._closing:
                turn, before = feed.tick.turn, feed.last_seq
                batch = feed.since(seq)
                if batch is None:
                    batch = list((await asyncio.to_thread(self._read, topic, seq)).items)
                if batch:
                    seq = batch[-1].seq
                    yield batch
                elif feed.is_ended:
                    return
                else:
                    await passed(turn, PING_SECONDS)
                    if feed.last_seq == before:
                        yield []
        finally:
            self._leave(topic, feed)

    async def changed(self, topic: str, after: int, seconds: float) -> None:
        """Wait until there is news after `after`, the topic has ended, or `seconds` are over."""
        feed = self._join(topic, after)
        deadline = asyncio.get_running_loop().time() + seconds
        try:
            while not self._closing and not feed.is_ended and feed.last_seq <= after:
                turn = feed.tick.turn
                left = deadline - asyncio.get_running_loop().time()
                if left <= 0:
                    return
                await passed(turn, left)
        finally:
            self._leave(topic, feed)

    def _join(self, topic: str, after: int) -> Feed[News]:
        feed = self._feeds.setdefault(topic, Feed(after))
        feed.viewers += 1
        if feed.reader is None:
            feed.reader = asyncio.create_task(self._keep_reading(topic, feed), name="hub reader")
        return feed

    def _leave(self, topic: str, feed: Feed[News]) -> None:
        feed.viewers -= 1
        if feed.viewers == 0 and feed.reader is not None:
            feed.reader.cancel()
            self._feeds.pop(topic, None)

    async def _keep_reading(self, topic: str, feed: Feed[News]) -> None:
        """Read what is new whenever somebody knocks, and every `poll_seconds` by itself."""
        while not feed.is_ended:
            turn = feed.knock.turn
            try:
                batch = await asyncio.to_thread(self._read, topic, feed.last_seq)
            except Exception:  # whatever it is, viewers must not wait for a reader that is gone
                log.exception("news could not be read; viewers wait")
                batch = Batch([], is_ended=False)
            feed.kept.extend(batch.items)
            if batch.items:
                feed.last_seq = batch.items[-1].seq
            # A full batch may not be all: the end counts when nothing more was found.
            feed.is_ended = batch.is_ended and not batch.items
            if batch.items or feed.is_ended:
                feed.tick.wake()
            else:
                await passed(turn, self._poll_seconds)

    async def _listen(self) -> None:
        was_there = True
        while not self._closing:
            try:
                async with Redis.from_url(self._redis_url) as redis, redis.pubsub() as pubsub:
                    await pubsub.subscribe(self._channel)
                    was_there = True
                    async for message in pubsub.listen():
                        if message["type"] == "message":
                            self._hear(message["data"].decode())
            except (RedisError, OSError) as error:
                if was_there:  # said once, not at every try
                    log.warning("broker not reached; viewers look by themselves", error=str(error))
                was_there = False
                await asyncio.sleep(self._poll_seconds)

    async def _watch_access(self) -> None:
        """When somebody's access ends, here or elsewhere, have every stream ask if it may go on."""
        seen = None
        while not self._closing:
            if self._feeds:
                newest = await self._asked()
                if newest != seen:
                    seen = newest
                    self.revocations += 1
                    for feed in self._feeds.values():
                        feed.tick.wake()
            await asyncio.sleep(self._poll_seconds)

    async def _asked(self) -> object:
        try:
            return await asyncio.to_thread(self._revoked)
        except Exception:  # whatever it is, a stream asks by itself before long
            log.exception("it could not be read whose access ended")
            return None

    def _hear(self, topic: str) -> None:
        feed = self._feeds.get(topic)
        if feed is not None:
            feed.knock.wake()
