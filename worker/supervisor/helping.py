"""A host's part in an attempt that another host leads: its ranks, started and watched."""

import os
import time

import structlog
from sqlalchemy.exc import OperationalError

from backend.ids import WorkerId
from backend.runs import hosts
from backend.runs.claims import AttemptLost
from backend.runs.hosts import Meeting, Part
from backend.studio import Studio
from worker import devices
from worker.jobs.folder import JobFolder
from worker.supervisor import attempt_folders, drain
from worker.supervisor.device_locks import DeviceLocks
from worker.supervisor.kinds import KINDS
from worker.supervisor.process import JobProcess
from worker.supervisor.world import World, interface_of, own_address, ranks_here

log = structlog.get_logger()


def help_out(studio: Studio, queues: list[str], worker_id: WorkerId) -> bool:
    """Do a part of an attempt that waits for hosts; False at once where none does."""
    ranks = ranks_here(studio.settings)
    part = studio.database.retrying(lambda s: hosts.join(s, queues, worker_id, ranks))
    if part is None:
        return False
    log.info("joined an attempt", job_id=part.job_id, attempt=part.attempt, place=part.place)
    try:
        _Help(studio, part, ranks).run()
    except AttemptLost:
        log.info("the attempt is over", job_id=part.job_id)
    return True


class _Help:
    """Every write is fenced, as the leader's are: AttemptLost ends the processes."""

    def __init__(self, studio: Studio, part: Part, ranks: int) -> None:
        self._studio = studio
        self._part = part
        self._ranks = ranks
        self._parent = os.getppid()
        self._reached_at = time.monotonic()

    def run(self) -> None:
        meeting = self._meet()
        world = World(
            local=self._ranks,
            size=meeting.ranks,
            first=meeting.first_rank,
            address=meeting.address,
            port=meeting.port,
            interface=interface_of(own_address(self._studio.settings)),
        )
        uuids = [device.uuid for device in devices.found()]
        with DeviceLocks(self._studio.settings.socket("gpu").parent, uuids) as locks:
            while not locks.take():
                self._beat()
                time.sleep(self._studio.settings.beat_seconds)
            module = KINDS[self._part.kind].module
            job = self._studio.settings.jobs / self._part.job_id
            place = attempt_folders.newest_of(job, self._part.attempt)
            folder = JobFolder(place, f"log-{self._part.place}.txt")
            with JobProcess(module, folder, world=world, inherited=locks.inherited) as processes:
                locks.hand_over()
                ending = None
                while ending is None and os.getppid() == self._parent:
                    ending = processes.wait(self._studio.settings.beat_seconds)
                    self._beat(ending.code if ending else None)
        log.info("the part is done", job_id=self._part.job_id, ending=str(ending))

    def _meet(self) -> Meeting:
        """Wait for the other hosts."""
        while True:
            self._beat()
            with self._studio.database.reading() as session:
                meeting = hosts.meeting_of(session, self._part)
            if meeting is not None:
                return meeting
            time.sleep(self._studio.settings.beat_seconds)

    def _beat(self, exit_code: int | None = None) -> None:
        """Raises AttemptLost, also where the database was out of reach for too long."""
        try:
            self._studio.database.retrying(
                lambda session: hosts.beat(
                    session, self._part, wants_stop=drain.is_wanted(), exit_code=exit_code
                )
            )
            self._reached_at = time.monotonic()
        except OperationalError as error:
            log.warning("database not reached", error=str(error))
            if time.monotonic() - self._reached_at > self._studio.settings.cut_off_seconds:
                raise AttemptLost(self._part.job_id) from error
