"""An attempt's beats: each says that it lives, brings home what its spool holds, and hears a wish."""

import time
from pathlib import Path

import structlog
from sqlalchemy.exc import OperationalError

from backend.disk import free_ballast_if_full
from backend.runs import claims
from backend.runs.claims import Beat, Claim
from backend.runs.events import Fact
from backend.runs.states import Phase, Wish
from backend.studio import Studio
from worker import system
from worker.supervisor import spool

log = structlog.get_logger()

FIRST_MEASURED_SECONDS = 2.0
MEASURED_EVERY_SECONDS = 10.0
MEASURED_SHARE = 200
"""A figure of the machine each 200th part of the time that the run has taken: 200 of them in the
first half hour, 1,640 in a month."""


class Beats:
    """`reached_at` is when the database last answered, `heard_at` when the spool last held news, both
    in monotonic seconds; `phase` is what the job was at by then."""

    def __init__(self, studio: Studio, claim: Claim, spool_file: Path) -> None:
        self._studio = studio
        self._claim = claim
        self._spool = spool_file
        self._upto = claim.spool_upto
        self._number = claim.beat
        self._unsaid: list[Fact] = []
        self._unanswered: Beat | None = None
        self._is_behind = False
        self._began = self._told_until = time.monotonic()
        self._measures_at = self._began + FIRST_MEASURED_SECONDS
        self.reached_at = self.heard_at = self._began
        self.phase = Phase.PREPARING

    @property
    def pause_seconds(self) -> float:
        """Until the next beat: none while the process tells more than a beat can bring."""
        return 0.0 if self._is_behind else self._studio.settings.beat_seconds

    def ran_seconds(self, now: float) -> float:
        """How long all attempts have taken so far."""
        return self._claim.ran_seconds + now - self._began

    def hear_from_now_on(self) -> None:
        """Nothing was to be heard before: the process begins now."""
        self.heard_at = time.monotonic()

    def bring(self, *facts: Fact) -> Wish | None:
        """Bring home what the spool holds, and hear what is wished.

        While the database is out of reach the events wait in the spool. A beat without an answer
        may have been kept, so the same one is sent until it is answered.

        Raises AttemptLost where another attempt has the job.
        """
        self._unsaid += facts
        brought = self._unanswered or self._next(time.monotonic())
        try:
            wish = self._studio.database.retrying(
                lambda session: claims.beat(session, self._claim, brought)
            )
        except OperationalError as error:
            free_ballast_if_full(error, self._studio.settings.data)
            log.warning("database not reached; events wait in the spool", error=str(error))
            self._unanswered = brought
            self._is_behind = False
            return None
        self._unanswered = None
        self._number += 1
        self.reached_at = time.monotonic()
        self._told_until += brought.seconds
        self.phase = brought.phase or self.phase
        if brought.spool_upto > self._upto:
            self.heard_at = self.reached_at
            self._upto = brought.spool_upto
        self._is_behind = len(brought.facts) >= spool.MOST_LINES
        if brought.facts:
            self._studio.broker.tell(self._claim.job_id)
        return wish

    def bring_the_rest(self, *facts: Fact) -> None:
        """The spool's last lines and these, however long the database is away.

        Raises AttemptLost where another attempt has the job by then.
        """
        self._unsaid += facts
        until = time.monotonic() + self._studio.settings.cut_off_seconds
        while self._has_more() and time.monotonic() < until:
            self.bring()
            if self._unanswered:
                time.sleep(self._studio.settings.beat_seconds)

    def _has_more(self) -> bool:
        in_spool = self._upto < spool.whole_bytes(self._spool)
        return in_spool or bool(self._unsaid) or self._unanswered is not None

    def _next(self, now: float) -> Beat:
        read = spool.read(self._spool, self._upto)
        facts, self._unsaid = [*read.facts, *self._unsaid, *self._measured(now)], []
        return Beat(
            spool_from=self._upto,
            spool_upto=read.upto,
            number=self._number,
            facts=facts,
            phase=read.phase,
            progress=read.progress,
            has_checkpoint=read.has_checkpoint,
            seconds=now - self._told_until,
        )

    def _measured(self, now: float) -> list[Fact]:
        """What the machine does, from time to time: ever more seldom, so that a run of a month has
        no more than 2,000 such figures."""
        if now < self._measures_at:
            return []
        pause_seconds = max(MEASURED_EVERY_SECONDS, self.ran_seconds(now) / MEASURED_SHARE)
        self._measures_at = now + pause_seconds
        return [Fact("system", system.measure(self._studio.settings.data))]
