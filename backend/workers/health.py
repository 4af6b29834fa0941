"""Does a worker of this host live? Asked by whatever restarts it, such as a container's runtime."""

import time

from sqlalchemy import select

from backend.ids import WorkerId
from backend.studio import Studio
from backend.workers.tables import Worker
from backend.workers.watch import IDLE_BEATS

LOOK_SECONDS = 0.5


def is_beating(studio: Studio, host: str, queue: str) -> bool:
    """Whether a worker of that host and queue beats while one looks: for as long as two of its beats
    may be apart, by our own clock. (One that is deaf restarts itself, and doesn't beat meanwhile.)"""
    before = _beats(studio, host, queue)
    until = time.monotonic() + 2 * IDLE_BEATS * studio.settings.beat_seconds
    while before and time.monotonic() < until:
        if _beats(studio, host, queue) != before:
            return True
        time.sleep(LOOK_SECONDS)
    return False


def _beats(studio: Studio, host: str, queue: str) -> dict[WorkerId, int]:
    with studio.database.reading() as session:
        query = select(Worker.id, Worker.beat).where(Worker.host == host, Worker.queue == queue)
        return {row.id: row.beat for row in session.execute(query)}
