"""Workers over their life: they register, beat, are watched, and heed what an operator wants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.clock import utc_now
from backend.ids import WorkerId
from backend.problems import NotFound
from backend.runs.states import QUEUE_OF, JobStatus
from backend.runs.tables import Job, Run
from backend.workers.schemas import DeviceOut, HeldOut, HostOut, QueueOut, WorkerOut
from backend.workers.tables import Quarantine, Worker, WorkerState

FORGOTTEN_AFTER = timedelta(days=1)
"""A worker that nobody has heard of for so long, and of which nothing is wanted, leaves the list."""


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A process that wants to work, as it introduces itself. `taken` says of a process id whether
    it still lives on this host."""

    host: str
    queue: str
    process_id: WorkerId
    pid: int
    version: str
    devices: Sequence[Mapping[str, Any]] = ()
    taken: frozenset[int] = frozenset()


def register(session: Session, seat: Seat) -> WorkerId:
    """The row of this worker: the one that it had before its restart, else a new one."""
    _forget_the_lost(session)
    query = select(Worker).where(Worker.host == seat.host, Worker.queue == seat.queue)
    known = session.scalars(query.order_by(Worker.slot).with_for_update()).all()
    free = (each for each in known if each.pid not in seat.taken or each.pid == seat.pid)
    worker = next(free, None)
    if worker is None:
        slots = {each.slot for each in known}
        slot = next(n for n in range(len(slots) + 1) if n not in slots)
        worker = Worker(host=seat.host, queue=seat.queue, slot=slot)
        session.add(worker)
    worker.process_id = seat.process_id
    worker.pid = seat.pid
    worker.version = seat.version
    worker.devices = [dict(device) for device in seat.devices]
    worker.is_online = True
    worker.beat_at = worker.started_at = utc_now()
    session.flush()
    return worker.id


def _forget_the_lost(session: Session) -> None:
    session.execute(
        delete(Worker).where(
            Worker.is_online.is_(False),
            Worker.state == WorkerState.ACTIVE,
            Worker.beat_at < utc_now() - FORGOTTEN_AFTER,
        )
    )


def beat(session: Session, process_id: WorkerId, system: dict[str, Any]) -> WorkerState | None:
    """Say that this process lives, and what its machine measures; what is wanted of it, or None
    where another process has its row: then it must register anew."""
    beaten = (
        update(Worker)
        .where(Worker.process_id == process_id)
        .values(beat=Worker.beat + 1, beat_at=utc_now(), is_online=True, system=system)
        .returning(Worker.state)
        .execution_options(synchronize_session=False)
    )
    state: WorkerState | None = session.execute(beaten).scalar_one_or_none()
    return state


def leave(session: Session, process_id: WorkerId) -> None:
    """This process ends in order: nobody need wait to find out."""
    session.execute(update(Worker).where(Worker.process_id == process_id).values(is_online=False))


def may_work(session: Session, process_id: WorkerId) -> bool:
    """Whether this process may take a job: it is wanted, and its devices are sound."""
    query = select(Worker.state, Worker.devices).where(Worker.process_id == process_id)
    row = session.execute(query).one_or_none()
    if row is None:
        return True  # it has not registered yet, so nobody can have said anything of it
    uuids = [device["uuid"] for device in row.devices]
    return row.state is WorkerState.ACTIVE and not _quarantined(session, uuids)


def quarantine(
    session: Session, device_uuids: Sequence[str], reason: str, process_id: WorkerId
) -> None:
    """Have nothing run on these devices until a person lifts it. Twice is once."""
    known = _quarantined(session, device_uuids)
    worker_id = session.scalar(select(Worker.id).where(Worker.process_id == process_id))
    for uuid in device_uuids:
        if uuid not in known:
            session.add(Quarantine(device_uuid=uuid, reason=reason[:500], worker_id=worker_id))
    session.flush()


def lift(session: Session, worker: Worker) -> None:
    """Let this worker's devices be used again."""
    uuids = [device["uuid"] for device in worker.devices]
    session.execute(delete(Quarantine).where(Quarantine.device_uuid.in_(uuids)))


def _quarantined(session: Session, device_uuids: Sequence[str]) -> dict[str, str]:
    """Why, by device."""
    query = select(Quarantine.device_uuid, Quarantine.reason).where(
        Quarantine.device_uuid.in_(device_uuids)
    )
    return {row.device_uuid: row.reason for row in session.execute(query)}


def get(session: Session, worker_id: WorkerId) -> Worker:
    """Raises NotFound if there is none."""
    worker = session.get(Worker, worker_id)
    if worker is None:
        raise NotFound("worker", worker_id)
    return worker


def every(session: Session) -> Sequence[Worker]:
    """All workers, by queue and host."""
    query = select(Worker).order_by(Worker.queue, Worker.host, Worker.slot)
    return session.scalars(query).all()


def change(session: Session, worker: Worker, state: WorkerState) -> None:
    """Say what is wanted of a worker, wherever it is; it hears of it with its next beat."""
    worker.state = state
    session.flush()


def show(session: Session, who: Person, worker: Worker) -> WorkerOut:
    """A worker as it leaves; of another project's job it tells the kind alone."""
    measured = worker.system or {}
    by_uuid = {device["uuid"]: device for device in measured.get("devices", [])}
    why = _quarantined(session, [device["uuid"] for device in worker.devices])
    return WorkerOut(
        id=worker.id,
        host=worker.host,
        queue=worker.queue,
        slot=worker.slot,
        pid=worker.pid,
        version=worker.version,
        state=worker.state,
        is_online=worker.is_online,
        beat_at=worker.beat_at,
        started_at=worker.started_at,
        devices=[
            DeviceOut.model_validate(
                device | by_uuid.get(device["uuid"], {}) | {"quarantine": why.get(device["uuid"])}
            )
            for device in worker.devices
        ],
        host_now=HostOut.model_validate(measured["host"]) if measured else None,
        job=_held(session, who, worker.process_id),
    )


def _held(session: Session, who: Person, process_id: WorkerId) -> HeldOut | None:
    query = (
        select(Job.kind, Job.id, Job.project_id, Run.id, Run.name)
        .outerjoin(Run, Run.job_id == Job.id)
        .where(Job.worker_id == process_id, Job.status == JobStatus.RUNNING)
    )
    row = session.execute(query).first()
    if row is None:
        return None
    kind, job_id, project_id, run_id, run_name = row
    if project_id != who.project_id:
        return HeldOut(kind=kind)
    return HeldOut(kind=kind, job_id=job_id, run_id=run_id, run_name=run_name)


def queues(session: Session, limits: Mapping[str, int]) -> list[QueueOut]:
    """Every queue that has jobs to do or somebody to do them, by name."""
    counted = (
        select(Job.queue, Job.status, func.count())
        .where(Job.status.in_([JobStatus.QUEUED, JobStatus.RUNNING]))
        .group_by(Job.queue, Job.status)
    )
    jobs = {(queue, status): n for queue, status, n in session.execute(counted)}
    online = (
        select(Worker.queue, func.count().label("online"))
        .where(Worker.is_online)
        .group_by(Worker.queue)
    )
    workers = {row.queue: row.online for row in session.execute(online)}
    names = {queue for queue, _ in jobs} | set(workers) | set(limits) | set(QUEUE_OF.values())
    return [
        QueueOut(
            name=name,
            queued=jobs.get((name, JobStatus.QUEUED), 0),
            running=jobs.get((name, JobStatus.RUNNING), 0),
            workers_online=workers.get(name, 0),
            limit=limits.get(name),
        )
        for name in sorted(names)
    ]
