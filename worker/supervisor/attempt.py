"""One attempt at a job, from its process's start to its end: beats, wishes, events, outcome."""

import math
import os
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy.exc import OperationalError

from backend.disk import is_full
from backend.problems import Refusal
from backend.runs import claims
from backend.runs.claims import Beat, Claim
from backend.runs.events import Fact, log_line
from backend.runs.states import Outcome, Phase, Wish
from backend.studio import Studio
from worker import system
from worker.exits import outcome_of
from worker.jobs.ending import DISK_FULL
from worker.jobs.folder import JobFolder
from worker.supervisor import drain, spool
from worker.supervisor.hub_token import hub_token
from worker.supervisor.kinds import KINDS, Keep
from worker.supervisor.process import Ending, JobProcess
from worker.supervisor.world import ALONE, on_this_host

log = structlog.get_logger()

GRACE_SECONDS = 60.0
"""For a checkpoint, once a stop is asked for; then the process is ended, and loses a few steps."""

DEAF_SECONDS = 900.0
"""A worker that has not reached the database for so long stops its job: another may have it."""


FIRST_MEASURED_SECONDS = 2.0
MEASURED_EVERY_SECONDS = 10.0
MEASURED_SHARE = 200
"""A figure of the machine each 200th part of the time that the run has taken: 200 of them in the
first half hour, 1,640 in a month."""


PATIENCE = {Phase.PREPARING: 6, Phase.TRAINING: 6, Phase.EVALUATING: 6, Phase.SAVING: 3}
"""How many times `hang_seconds` a phase may be silent: an evaluation tells nothing till its end."""


REASONS = {
    Outcome.DRAINED: "the worker was told to stop; it goes on from its checkpoint",
    Outcome.OUT_OF_MEMORY: "a batch did not fit into the memory; it goes on with half of it",
}


@dataclass(frozen=True)
class Ended:
    """How an attempt ended, why, and what is to be kept of it."""

    outcome: Outcome
    reason: str | None = None
    problem: dict[str, Any] | None = None
    keep: Keep | None = None


class Supervision:
    """Watches over one attempt. Every write to the database goes through `_beat`, which is fenced."""

    def __init__(self, studio: Studio, claim: Claim, folder: JobFolder) -> None:
        self._studio = studio
        self._claim = claim
        self._folder = folder
        self._kind = KINDS[claim.kind]
        self._upto = claim.spool_upto
        self._phase = Phase.PREPARING
        self._reached_at = self._heard_at = time.monotonic()
        self._began = self._told_until = self._reached_at
        self._measures_at = self._began + FIRST_MEASURED_SECONDS
        self._is_out_of_time = False
        self._is_paused = False
        self._stop_asked_at: float | None = None
        self._parent = os.getppid()

    def run(self) -> Ended:
        """Work until the process has ended, or must.

        Raises AttemptLost where another attempt has the job: then the process is gone already.
        """
        allowed = self._kind.allows(self._claim)
        world = on_this_host(self._studio.settings) if self._kind.uses_all_devices else ALONE
        token = hub_token(self._studio, self._claim) if self._kind.asks_hub(self._claim) else None
        with JobProcess(self._kind.module, self._folder, allowed, world, token) as process:
            log.info("job's processes started", job_id=self._claim.job_id, pids=process.pids)
            ending = None
            while ending is None:
                ending = process.wait(self._studio.settings.beat_seconds)
                ended = self._heed(process, self._beat())
                if ended is not None:
                    return ended
        self._bring_the_rest()
        return self._ended(ending)

    def _heed(self, process: JobProcess, wish: Wish | None) -> Ended | None:
        """What must be done with the process now; an answer means that it was ended."""
        now = time.monotonic()
        if wish is Wish.CANCEL:
            return Ended(Outcome.CANCELLED, "a person stopped it")
        if now - self._reached_at > DEAF_SECONDS:
            return Ended(Outcome.LOST, "the database was out of reach for too long")
        if os.getppid() != self._parent:
            return Ended(Outcome.DRAINED, "the worker died")
        patience_seconds = PATIENCE[self._phase] * self._studio.settings.hang_seconds
        if now - self._heard_at > patience_seconds:
            process.dump_stacks()
            return Ended(Outcome.CRASHED, f"no sign of life for {now - self._heard_at:.0f} s")
        self._is_out_of_time = self._is_out_of_time or self._ran_seconds(now) > self._most_seconds
        wants_stop = drain.is_wanted() or wish is Wish.PAUSE or self._is_out_of_time
        if self._stop_asked_at is None and wants_stop:
            self._stop_asked_at = now
            self._is_paused = wish is Wish.PAUSE
            process.ask_to_stop()
        if self._stop_asked_at is not None and now - self._stop_asked_at > GRACE_SECONDS:
            return self._stopped("it was stopped without a new checkpoint")
        return None

    def _ran_seconds(self, now: float) -> float:
        """How long all attempts have taken so far."""
        return self._claim.ran_seconds + now - self._began

    @property
    def _most_seconds(self) -> float:
        """How long they may take: the shorter of what this job and the operator allow."""
        allowed = [self._claim.time_limit_seconds, self._studio.settings.run_limit_seconds]
        return min((seconds for seconds in allowed if seconds is not None), default=math.inf)

    def _stopped(self, reason: str | None) -> Ended:
        """The end of a process that was asked to stop."""
        if self._is_paused:
            return Ended(Outcome.DRAINED, "a person paused it; its checkpoint is kept")
        if not self._is_out_of_time:
            return Ended(Outcome.DRAINED, reason)
        problem = _out_of_time(self._most_seconds)
        return Ended(Outcome.REFUSED, problem["title"], problem)

    def _measured(self, now: float) -> list[Fact]:
        """What the machine does, from time to time: ever more seldom, so that a run of a month has
        no more than 2,000 such figures."""
        if now < self._measures_at:
            return []
        ran_seconds = self._ran_seconds(now)
        self._measures_at = now + max(MEASURED_EVERY_SECONDS, ran_seconds / MEASURED_SHARE)
        return [Fact("system", system.measure(self._studio.settings.data))]

    def _beat(self, *facts: Fact) -> Wish | None:
        """Bring home what the spool holds, and hear what is wished.

        While the database is out of reach the events wait in the spool.
        """
        now = time.monotonic()
        read = spool.read(self._folder.spool, self._upto)
        brought = Beat(
            spool_from=self._upto,
            spool_upto=read.upto,
            facts=[*read.facts, *facts, *self._measured(now)],
            phase=read.phase,
            progress=read.progress,
            has_checkpoint=read.has_checkpoint,
            seconds=now - self._told_until,
        )
        try:
            wish = self._studio.database.retrying(
                lambda session: claims.beat(session, self._claim, brought)
            )
        except OperationalError as error:
            log.warning("database not reached; events wait in the spool", error=str(error))
            return None
        self._reached_at = time.monotonic()
        self._told_until = now
        self._phase = read.phase or self._phase
        if read.upto > self._upto:
            self._heard_at = self._reached_at
            self._upto = read.upto
        if brought.facts:
            self._studio.broker.tell(self._claim.job_id)
        return wish

    def _bring_the_rest(self) -> None:
        """The spool's last lines, however long the database is away.

        Raises AttemptLost where another attempt has the job by then.
        """
        until = time.monotonic() + DEAF_SECONDS
        while self._upto < spool.whole_bytes(self._folder.spool) and time.monotonic() < until:
            before = self._upto
            self._beat()
            if self._upto == before:
                time.sleep(self._studio.settings.beat_seconds)

    def _ended(self, ending: Ending) -> Ended:
        outcome = outcome_of(ending.code)
        if outcome is Outcome.SUCCEEDED:
            return self._kept()
        if outcome is Outcome.CRASHED and self._stop_asked_at is not None:
            outcome = Outcome.DRAINED  # asked to stop before it could listen
        if outcome is Outcome.DRAINED:
            return self._stopped(REASONS[outcome])
        problem = self._folder.problem()
        if outcome is Outcome.CRASHED:
            said = str(ending)
            self._beat(log_line(f"{said}\n{self._folder.last_lines()}", level="error"))
            return Ended(outcome, said, problem or _crash(said))
        return Ended(outcome, problem["title"] if problem else REASONS.get(outcome), problem)

    def _kept(self) -> Ended:
        """The end of a job that is done: what it made is brought home, or why that can't be."""
        try:
            return Ended(Outcome.SUCCEEDED, keep=self._store())
        except Refusal as refusal:
            return refused(refusal)
        except OSError as error:
            if not is_full(error, self._folder.path):
                raise
            return Ended(Outcome.PAUSED, DISK_FULL[1], _plain(*DISK_FULL))

    def _store(self) -> Keep:
        """Bring the result home, which may take a while, and go on beating meanwhile."""
        with ThreadPoolExecutor(max_workers=1) as pool:
            stored: Future[Keep] = pool.submit(
                self._kind.store, self._studio, self._claim, self._folder
            )
            while not stored.done():
                time.sleep(min(self._studio.settings.beat_seconds, 0.2))
                self._beat()
            return stored.result()


def refused(refusal: Refusal) -> Ended:
    """The end of a job that can't be done, in the words of what refuses it."""
    first = refusal.problems[0]
    return Ended(Outcome.REFUSED, first.title, _plain(first.code, first.title, first.detail))


def _crash(said: str) -> dict[str, Any]:
    return _plain(
        "crashed",
        "It crashed again and again",
        f"In the last try {said}. Its log holds the last lines.",
    )


def _out_of_time(seconds: float) -> dict[str, Any]:
    return _plain(
        "time_limit",
        "It reached its time limit",
        f"It may take {seconds:,.0f} s and has not ended by then. What it has learned is kept for a "
        "day: raise its limit and try it again, and it goes on from there.",
    )


def _plain(code: str, title: str, detail: str) -> dict[str, Any]:
    return {"code": code, "title": title, "detail": detail}
