"""Workers and queues over REST."""

from pydantic import BaseModel

from backend.accounts.current import MayRead, MayRunStudio
from backend.ids import WorkerId
from backend.rest.route import rest_router
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.workers import service
from backend.workers.schemas import QueueOut, WorkerChange, WorkerOut

router = rest_router("workers")


class WorkersOut(BaseModel):
    items: list[WorkerOut]


class QueuesOut(BaseModel):
    items: list[QueueOut]


@router.get("/workers", operation_id="listWorkers")
def index(who: MayRead, session: ReadSession) -> WorkersOut:
    """Every worker, by queue and host; those that were lost too, for a day."""
    return WorkersOut(items=[service.show(session, who, w) for w in service.every(session)])


@router.get("/workers/{worker_id}", operation_id="getWorker")
def show(worker_id: WorkerId, who: MayRead, session: ReadSession) -> WorkerOut:
    """One worker: its devices, and what it does now."""
    return service.show(session, who, service.get(session, worker_id))


@router.patch("/workers/{worker_id}", operation_id="changeWorker")
def change(
    worker_id: WorkerId, body: WorkerChange, who: MayRunStudio, session: DbSession
) -> WorkerOut:
    """Drain, disable or take back a worker, on whatever host; it heeds it within seconds."""
    worker = service.get(session, worker_id)
    service.change(session, worker, body.state)
    return service.show(session, who, worker)


@router.delete("/workers/{worker_id}/quarantine", operation_id="liftQuarantine")
def lift(worker_id: WorkerId, who: MayRunStudio, session: DbSession) -> WorkerOut:
    """Let a worker's devices be used again, once somebody has looked at them. Twice is once."""
    worker = service.get(session, worker_id)
    service.lift(session, worker)
    return service.show(session, who, worker)


@router.get("/queues", operation_id="listQueues")
def queues(_who: MayRead, session: ReadSession, studio: TheStudio) -> QueuesOut:
    """What waits, what runs, and how many workers there are for it."""
    return QueuesOut(items=service.queues(session, studio.settings.queue_limits))
