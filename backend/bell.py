"""The messages of work, by way of Celery: what a worker is woken by.

Apart from the rest of the broker because Celery takes a while to import, and a server needs it for
the first job and not for its start.
"""

import structlog
from celery import Celery
from kombu.exceptions import OperationalError

from backend.broker import KEY_PREFIX
from backend.settings import Settings

log = structlog.get_logger()

TASK = "work"


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


class Bell:
    """One process's way to wake a worker."""

    def __init__(self, settings: Settings) -> None:
        self._celery = celery_app(settings)

    def ring(self, queue: str) -> None:
        """Celery tries for two seconds where nobody answers; a request must not wait for that."""
        try:
            self._celery.send_task(TASK, args=[queue], queue=queue, retry=False)
        except OperationalError as error:
            log.warning("broker not reached; the reconciler rings again", error=str(error))

    def close(self) -> None:
        self._celery.close()
