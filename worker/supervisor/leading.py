"""An attempt that several hosts make together, as the one that leads it sees the others."""

import random
import time

import structlog
from sqlalchemy.exc import OperationalError

from backend.runs import hosts
from backend.runs.claims import Claim
from backend.studio import Studio
from worker.exits import Exit
from worker.supervisor.process import Ending, most_telling
from worker.supervisor.world import World, free_port, interface_of, own_address

log = structlog.get_logger()

RING_EVERY_SECONDS = 5.0
LAST_WORDS_SECONDS = 3.0
"""For the helpers to say how their processes ended, when ours have."""


class Helpers:
    """The other hosts. `world` is known once all have come."""

    def __init__(self, studio: Studio, claim: Claim, ranks: int) -> None:
        self._studio = studio
        self._claim = claim
        self._ranks = ranks
        self._address = own_address(studio.settings)
        self._port = free_port(self._address)
        wait_seconds = studio.settings.hosts_wait_seconds
        self._waits_until = time.monotonic() + wait_seconds * random.uniform(0.8, 1.2)
        self._rings_at = 0.0
        self._beats: dict[int, tuple[int, float]] = {}
        self._known: list[hosts.HelperNow] = []
        self.world: World | None = None

    def open(self) -> None:
        self._studio.database.retrying(
            lambda session: hosts.open_meeting(session, self._claim, self._address, self._port)
        )

    def have_come(self) -> bool:
        """Whether all are there; rings for more of them from time to time."""
        total = self._studio.database.retrying(
            lambda session: hosts.gather(session, self._claim, self._ranks)
        )
        if total is not None:
            self.world = World(
                local=self._ranks,
                size=total,
                address=self._address,
                port=self._port,
                interface=interface_of(self._address),
            )
            return True
        if time.monotonic() >= self._rings_at:
            self._rings_at = time.monotonic() + RING_EVERY_SECONDS
            self._studio.broker.ring(self._claim.queue)
        return False

    @property
    def are_overdue(self) -> bool:
        return time.monotonic() > self._waits_until

    def want_stop(self) -> bool:
        return any(helper.wants_stop for helper in self._now())

    def lost(self) -> str | None:
        """Why the attempt can't go on, if a helper is gone or its processes have ended badly."""
        now, settings = time.monotonic(), self._studio.settings
        for helper in self._now():
            beat, since = self._beats.get(helper.place, (-1, now))
            self._beats[helper.place] = (helper.beat, since if beat == helper.beat else now)
            if helper.exit_code not in (None, *Exit):
                return str(Ending(int(helper.exit_code or 0), helper.first_rank))
            if (
                helper.exit_code is None
                and now - self._beats[helper.place][1] > settings.lost_seconds
            ):
                return f"host {helper.place + 1} of {self._claim.hosts} went silent"
        return None

    def best_reason(self, ours: Ending) -> Ending:
        """How the whole group has ended: a helper may know better than we do."""
        until = time.monotonic() + LAST_WORDS_SECONDS
        while ours.code and time.monotonic() < until:
            theirs = [Ending(h.exit_code, h.first_rank) for h in self._now() if h.exit_code]
            if theirs:
                return most_telling([ours, *theirs])
            time.sleep(self._studio.settings.beat_seconds)
        return ours

    def _now(self) -> list[hosts.HelperNow]:
        """As last read: while the database is away, nothing new can be known of them."""
        try:
            with self._studio.database.reading() as session:
                self._known = hosts.helpers(session, self._claim)
        except OperationalError:
            log.warning("database not reached; the other hosts are not seen")
        return self._known
