"""One attempt at a job, from its process's start to its end: wishes, faults, outcome."""

import math
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import structlog

from backend.disk import is_full, room_wanted
from backend.problems import Refusal
from backend.runs.claims import Claim
from backend.runs.events import log_line
from backend.runs.states import QUEUE_OF, Outcome, Phase, Wish
from backend.studio import Studio
from backend.workers import service as workers
from worker import devices
from worker.device_faults import Fault, watching
from worker.exits import Exit, outcome_of
from worker.jobs.ending import DISK_FULL
from worker.jobs.folder import JobFolder
from worker.supervisor import drain
from worker.supervisor.beats import Beats
from worker.supervisor.device_locks import DeviceLocks
from worker.supervisor.endings import (
    REASONS,
    Ended,
    crash,
    device_failed,
    hung,
    out_of_host_memory,
    out_of_time,
    plain,
    refused,
)
from worker.supervisor.host_memory import HostMemory
from worker.supervisor.hub_token import hub_token
from worker.supervisor.kinds import KINDS, Keep
from worker.supervisor.leading import Helpers
from worker.supervisor.process import Ending, JobProcess
from worker.supervisor.world import ALONE, World, on_this_host, ranks_here

log = structlog.get_logger()

GRACE_SECONDS = 60.0
"""For a checkpoint, once a stop is asked for; then the process is ended, and loses a few steps."""

STACK_LINES = 60
"""Of a process that hangs: its last ones say where each of its threads stands."""

PATIENCE = {Phase.PREPARING: 6, Phase.TRAINING: 6, Phase.EVALUATING: 6, Phase.SAVING: 3}
"""How many times `hang_seconds` a phase may be silent: an evaluation tells nothing till its end."""


class Supervision:
    """Watches over one attempt. What it writes goes by its beats, which are fenced."""

    def __init__(self, studio: Studio, claim: Claim, folder: JobFolder) -> None:
        self._studio = studio
        self._claim = claim
        self._folder = folder
        self._kind = KINDS[claim.kind]
        self._beats = Beats(studio, claim, folder.spool)
        self._is_out_of_time = self._is_cut_off = False
        self._is_paused = False
        self._stop_asked_at: float | None = None
        self._parent = os.getppid()
        self._memory = HostMemory()
        self._helpers: Helpers | None = None  # where several hosts make this attempt
        is_for_devices = QUEUE_OF[claim.kind] == "gpu"
        self._uuids = [device.uuid for device in devices.found()] if is_for_devices else []
        self._lock_folder = studio.settings.socket("gpu").parent

    def run(self) -> Ended:
        """Work until the process has ended, or must.

        Raises AttemptLost where another attempt has the job: then the process is gone already.
        """
        if self._claim.hosts > 1:
            self._helpers = Helpers(self._studio, self._claim, ranks_here(self._studio.settings))
            self._helpers.open()
            said = f"it waits for {self._claim.hosts - 1} other hosts"
            ended = self._wait(self._helpers.have_come, said)
            if ended is not None:
                return ended
        with DeviceLocks(self._lock_folder, self._uuids) as locks:
            ended = self._wait(
                locks.take, "it waits for a device that an earlier attempt still has"
            )
            return ended or self._work(locks)

    def _work(self, locks: DeviceLocks) -> Ended:
        allowed = self._kind.allows(self._claim)
        world = self._world()
        token = hub_token(self._studio, self._claim) if self._kind.asks_hub(self._claim) else None
        with (
            watching() as faults,
            JobProcess(
                self._kind.module, self._folder, allowed, world, token, locks.inherited
            ) as process,
        ):
            locks.hand_over()
            log.info("job's processes started", job_id=self._claim.job_id, pids=process.pids)
            ending = None
            while ending is None:
                ending = process.wait(self._beats.pause_seconds)
                wish = self._beats.bring()
                fault = faults.next()
                ended = self._failed(fault) if fault else self._heed(process, wish)
                if ended is not None:
                    return ended
        self._beats.bring_the_rest()
        return self._ended(self._helpers.best_reason(ending) if self._helpers else ending)

    def _world(self) -> World:
        if self._helpers is not None and self._helpers.world is not None:
            return self._helpers.world
        return on_this_host(self._studio.settings) if self._kind.uses_all_devices else ALONE

    def _wait(self, is_ready: Callable[[], bool], said: str) -> Ended | None:
        """Beat until something is ready; an answer means that the attempt ends before that."""
        facts = [log_line(said)]
        while not is_ready():
            wish = self._beats.bring(*facts)
            facts = []
            if wish is Wish.CANCEL:
                return Ended(Outcome.CANCELLED, "a person stopped it")
            if drain.is_wanted() or wish is Wish.PAUSE or os.getppid() != self._parent:
                self._is_paused = wish is Wish.PAUSE
                return self._stopped(REASONS[Outcome.DRAINED])
            if self._helpers is not None and self._helpers.are_overdue:
                return Ended(Outcome.SHORT_OF_HOSTS, REASONS[Outcome.SHORT_OF_HOSTS])
            time.sleep(self._studio.settings.beat_seconds)
        self._beats.hear_from_now_on()
        return None

    def _heed(self, process: JobProcess, wish: Wish | None) -> Ended | None:
        """What must be done with the process now; an answer means that it was ended."""
        now = time.monotonic()
        if wish is Wish.CANCEL:
            return Ended(Outcome.CANCELLED, "a person stopped it")
        if os.getppid() != self._parent:
            return Ended(Outcome.DRAINED, "the worker died")
        patience_seconds = PATIENCE[self._beats.phase] * self._studio.settings.hang_seconds
        if now - self._beats.heard_at > patience_seconds:
            return self._hung(process, now - self._beats.heard_at)
        self._is_out_of_time = (
            self._is_out_of_time or self._beats.ran_seconds(now) > self._most_seconds
        )
        if self._helpers is not None and (why := self._helpers.lost()):
            return Ended(Outcome.CRASHED, why, crash(why))
        self._is_cut_off = now - self._beats.reached_at > self._studio.settings.cut_off_seconds
        wants_stop = (
            drain.is_wanted()
            or wish is Wish.PAUSE
            or self._is_out_of_time
            or self._is_cut_off
            or (self._helpers is not None and self._helpers.want_stop())
        )
        if self._stop_asked_at is None and wants_stop:
            self._stop_asked_at = now
            self._is_paused = wish is Wish.PAUSE
            process.ask_to_stop()
        if self._stop_asked_at is not None and now - self._stop_asked_at > GRACE_SECONDS:
            return self._stopped("it was stopped without a new checkpoint")
        return None

    def _hung(self, process: JobProcess, seconds: float) -> Ended:
        """Its stacks go into the log of the run before it is ended."""
        process.dump_stacks()
        said = f"no sign of life for {seconds:.0f} s"
        lines = self._folder.last_lines(STACK_LINES)
        self._beats.bring(log_line(f"{said}; this is where it stood:\n{lines}", level="error"))
        return Ended(Outcome.CRASHED, said, hung(seconds))

    def _failed(self, fault: Fault) -> Ended:
        """A device failed: it is taken out of use, and the job goes on elsewhere."""
        self._studio.database.retrying(
            lambda session: workers.quarantine(
                session, [fault.device_uuid], fault.said, self._claim.worker_id
            )
        )
        return Ended(Outcome.CRASHED, f"a device failed: {fault.said}", device_failed(fault.said))

    @property
    def _most_seconds(self) -> float:
        """How long they may take: the shorter of what this job and the operator allow."""
        allowed = [self._claim.time_limit_seconds, self._studio.settings.run_limit_seconds]
        return min((seconds for seconds in allowed if seconds is not None), default=math.inf)

    def _stopped(self, reason: str | None) -> Ended:
        """The end of a process that was asked to stop."""
        if self._is_cut_off:
            return Ended(Outcome.LOST, "the database was out of reach for too long")
        if self._is_paused:
            return Ended(Outcome.DRAINED, "a person paused it; its checkpoint is kept")
        if not self._is_out_of_time:
            return Ended(Outcome.DRAINED, reason)
        problem = out_of_time(self._most_seconds)
        return Ended(Outcome.REFUSED, problem["title"], problem)

    def _ended(self, ending: Ending) -> Ended:
        outcome = outcome_of(ending.code)
        if outcome is Outcome.SUCCEEDED:
            return self._kept()
        if outcome is Outcome.CRASHED and self._stop_asked_at is not None:
            outcome = Outcome.DRAINED  # asked to stop before it could listen
        if outcome is Outcome.DRAINED:
            return self._stopped(REASONS[outcome])
        problem = self._folder.problem()
        if ending.code == Exit.DEVICE_LOST and (device := self._device_of(ending)):
            return self._failed(Fault(device, problem["detail"] if problem else str(ending)))
        if ending.code == -signal.SIGKILL and self._memory.has_killed():
            self._beats.bring(log_line(REASONS[Outcome.HOST_MEMORY], level="error"))
            return Ended(Outcome.HOST_MEMORY, REASONS[Outcome.HOST_MEMORY], out_of_host_memory())
        if outcome is Outcome.CRASHED:
            said = str(ending)
            lines = self._folder.last_lines()
            self._beats.bring_the_rest(log_line(f"{said}\n{lines}", level="error"))
            return Ended(outcome, said, problem or crash(said))
        room_bytes = problem.pop("room_bytes", None) if problem else None
        said_why = problem["title"] if problem else REASONS.get(outcome)
        return Ended(outcome, said_why, problem, room_bytes=room_bytes)

    def _device_of(self, ending: Ending) -> str | None:
        """The device that this process had; None without any."""
        place = (ending.rank or 0) % max(len(self._uuids), 1)
        return self._uuids[place] if self._uuids else None

    def _kept(self) -> Ended:
        """The end of a job that is done: what it made is brought home, or why that can't be."""
        try:
            return Ended(Outcome.SUCCEEDED, keep=self._store())
        except Refusal as refusal:
            return refused(refusal)
        except OSError as error:
            if not is_full(error, self._folder.path):
                raise
            room_bytes = room_wanted(self._folder.path)
            return Ended(Outcome.PAUSED, DISK_FULL[1], plain(*DISK_FULL), room_bytes=room_bytes)

    def _store(self) -> Keep:
        """Bring the result home, which may take a while, and go on beating meanwhile."""
        with ThreadPoolExecutor(max_workers=1) as pool:
            stored: Future[Keep] = pool.submit(
                self._kind.store, self._studio, self._claim, self._folder
            )
            while not stored.done():
                time.sleep(min(self._studio.settings.beat_seconds, 0.2))
                self._beats.bring()
            return stored.result()
