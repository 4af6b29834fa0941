"""Messages: "there is work on this queue" to the workers, "there is more" to whoever watches.

Both are best effort. The database is the truth; a reconciler rings again, and viewers look by
themselves. So a broker that is away is counted and logged, and never fails a request.
"""

from functools import cached_property
from typing import TYPE_CHECKING

import structlog
from redis import Redis
from redis.exceptions import RedisError

from backend.settings import Settings

if TYPE_CHECKING:
    from backend.bell import Bell

log = structlog.get_logger()

QUEUES = ("gpu", "cpu")
KEY_PREFIX = "likewise:"

MOST_RINGS = 100
"""So many messages wait on a queue at most. They bear no time to live: that is an hour of the day,
and a worker whose clock is ahead would throw each of them away."""


def redis_url(broker_url: str) -> str:
    """The same server, as redis-py spells it; Celery says `redis+socket` for a Unix socket."""
    return broker_url.replace("redis+socket://", "unix://")


PATIENCE_SECONDS = 0.4
"""With a broker that hangs: a request says two things to it, and waits a second at most."""


class Broker:
    """This process's way to the broker."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._redis = Redis.from_url(
            redis_url(settings.broker),
            socket_timeout=PATIENCE_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
        )

    @cached_property
    def _bell(self) -> "Bell":
        from backend.bell import Bell  # Celery: a server starts sooner without it

        return Bell(self._settings)

    def ring(self, queue: str) -> None:
        """Say to one idle worker that there is work on `queue`."""
        try:
            if self._redis.llen(f"{KEY_PREFIX}{queue}") < MOST_RINGS:
                self._bell.ring(queue)
        except RedisError as error:
            log.warning("broker not reached; the reconciler rings again", error=str(error))

    def tell(self, job_id: str) -> None:
        """Say to the viewers of a job that the database holds more of it."""
        try:
            self._redis.publish(f"{KEY_PREFIX}job", job_id)
        except RedisError as error:
            log.warning("viewers not told; they look by themselves", error=str(error))

    def is_there(self) -> bool:
        try:
            return bool(self._redis.ping())
        except RedisError:
            return False

    def close(self) -> None:
        if "_bell" in vars(self):
            self._bell.close()
        self._redis.close()
