"""How often one may ask: each person or token, and each address, by the minute.

Counted in the broker where there is one of the operator's, so that all servers count together; in
this process otherwise, and while the broker is away. A refused request is not read.
Source: the IETF draft "RateLimit header fields for HTTP", 09.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import structlog
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.problems import TooMany

log = structlog.get_logger()

FREE = ("/static/", "/livez", "/readyz")
"""What a page brings with it, and what keeps the process alive, counts for nothing."""

_PATIENCE_SECONDS = 0.3
_AWAY_SECONDS = 10.0
"""So long nobody asks a broker again that did not answer."""


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """What a request counts for: who, and how often they may."""

    policy: str
    who: str
    limit: RateLimitItem


@dataclass(frozen=True, kw_only=True)
class Count:
    """Where a bucket stands after this request."""

    bucket: Bucket
    is_over: bool
    remaining: int
    seconds_left: int

    def headers(self) -> dict[str, str]:
        name, limit = self.bucket.policy, self.bucket.limit
        return {
            "RateLimit-Policy": f'"{name}";q={limit.amount};w={limit.get_expiry()}',
            "RateLimit": f'"{name}";r={self.remaining};t={self.seconds_left}',
        }

    def refusal(self) -> TooMany:
        limit = self.bucket.limit
        refusal = TooMany(
            "too_many_requests",
            "That was too much at once",
            f"{limit.amount} requests in {limit.get_expiry()} s are answered here. Wait "
            f"{self.seconds_left} s, then go on; an operator can raise the limit.",
            max(1, self.seconds_left),
        )
        refusal.headers |= self.headers()
        return refusal


class Counter:
    """Counts in the broker, or here."""

    def __init__(self, broker_url: str | None) -> None:
        self._here = FixedWindowRateLimiter(MemoryStorage())
        self._shared = FixedWindowRateLimiter(_in_the_broker(broker_url)) if broker_url else None
        self._away_until = 0.0

    async def count(self, bucket: Bucket) -> Count:
        if self._shared is not None and time.monotonic() >= self._away_until:
            try:
                return await _counted(self._shared, bucket)
            except (RedisError, OSError) as error:
                self._away_until = time.monotonic() + _AWAY_SECONDS
                log.warning("requests counted here alone", error=type(error).__name__)
        return await _counted(self._here, bucket)


class RateLimits:
    """Refuses who asks too often, and says to everybody else how much is left.

    `who_asks` names whom a request counts for; None: for nobody.
    """

    def __init__(
        self,
        app: ASGIApp,
        counter: Counter,
        policy: str,
        most_a_minute: int,
        who_asks: Callable[[Scope], str | None],
    ) -> None:
        self._app = app
        self._counter = counter
        self._policy = policy
        self._limit = RateLimitItemPerMinute(most_a_minute)
        self._who_asks = who_asks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_free = scope["type"] != "http" or scope["path"].startswith(FREE)
        who = None if is_free else self._who_asks(scope)
        if who is None:
            await self._app(scope, receive, send)
            return
        count = await self._counter.count(Bucket(policy=self._policy, who=who, limit=self._limit))
        if count.is_over:
            raise count.refusal()

        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in count.headers().items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_counted)


async def _counted(limiter: FixedWindowRateLimiter, bucket: Bucket) -> Count:
    names = (bucket.policy, bucket.who)
    is_within = await limiter.hit(bucket.limit, *names)
    stats = await limiter.get_window_stats(bucket.limit, *names)
    return Count(
        bucket=bucket,
        is_over=not is_within,
        remaining=max(0, stats.remaining),
        seconds_left=max(0, ceil(stats.reset_time - time.time())),
    )


def _in_the_broker(url: str) -> Storage:
    return RedisStorage(
        f"async+{url.replace('redis+socket://', 'redis+unix://')}",
        implementation="redispy",
        key_prefix="likewise:requests",
        socket_timeout=_PATIENCE_SECONDS,
        socket_connect_timeout=_PATIENCE_SECONDS,
    )
