"""Messages: "there is work on this queue" to the workers, "there is more" to whoever watches.

Both are best effort. The database is the truth; a reconciler rings again, and viewers look by
themselves. So a broker that is away is counted and logged, and never fails a request.
"""

import structlog
from celery import Celery
from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

from backend.settings import Settings

log = structlog.get_logger()

QUEUES = ("gpu", "cpu")
KEY_PREFIX = "likewise:"
TASK = "work"

MOST_RINGS = 100
"""So many messages wait on a queue at most. They bear no time to live: that is an hour of the day,
and a worker whose clock is ahead would throw each of them away."""


def celery_app(settings: Settings) -> Celery:
    """The Celery application, as server and worker both know it. Each setting's reason: Celery is
    the engine, the database the truth, so a task spans a job, is acknowledged at once, and neither
    results nor prefetching nor redelivery are ever relied on."""
    app = Celery("likewise", broker=settings.broker)
    app.conf.update(
        result_backend=None,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_acks_late=False,
        worker_prefetch_multiplier=1,
        worker_disable_prefetch=True,  # else a busy worker hoards the next message
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=1,  # a request must not wait for a broker that is away
        broker_transport_options={
            "socket_timeout": 5,  # the default waits for ever on a half-open connection
            "socket_connect_timeout": 5,
            "socket_keepalive": True,
            "health_check_interval": 10,
            "retry_on_timeout": True,
            "global_keyprefix": KEY_PREFIX,
        },
    )
    return app


def redis_url(broker_url: str) -> str:
    """The same server, as redis-py spells it; Celery says `redis+socket` for a Unix socket."""
    return broker_url.replace("redis+socket://", "unix://")


PATIENCE_SECONDS = 0.4
"""With a broker that hangs: a request says two things to it, and waits a second at most."""


class Broker:
    """This process's way to the broker."""

    def __init__(self, settings: Settings) -> None:
        self._celery = celery_app(settings)
        self._redis = Redis.from_url(
            redis_url(settings.broker),
            socket_timeout=PATIENCE_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
        )

    def ring(self, queue: str) -> None:
        """Say to one idle worker that there is work on `queue`.

        Celery tries for two seconds where nobody answers; a request must not wait for that.
        """
        try:
            if self._redis.llen(f"{KEY_PREFIX}{queue}") < MOST_RINGS:
                self._celery.send_task(TASK, args=[queue], queue=queue, retry=False)
        except (OperationalError, RedisError) as error:
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
        self._celery.close()
        self._redis.close()
