"""Workers and queues as they leave, and what an operator may say of a worker."""

from datetime import datetime

from pydantic import BaseModel, Field

from backend.ids import JobId, RunId, WorkerId
from backend.recipes.schemas import Strict
from backend.runs.states import JobKind
from backend.workers.tables import WorkerState


class DeviceOut(BaseModel):
    """A graphics card. The figures are as last measured; null where the driver won't say."""

    index: int
    uuid: str
    name: str
    memory_total_bytes: int
    memory_used_bytes: int | None = None
    utilisation_percent: float | None = None
    temperature_celsius: float | None = None
    power_watts: float | None = None
    quarantine: str | None = Field(None, description="Why it is not to be used, if it isn't.")


class HostOut(BaseModel):
    """The machine of a worker, as last measured."""

    cpu_percent: float
    memory_used_bytes: int
    memory_total_bytes: int
    disk_free_bytes: int
    network_received_bytes: int
    network_sent_bytes: int


class HeldOut(BaseModel):
    """The job that a worker does now; its ids only where it belongs to your project."""

    kind: JobKind
    job_id: JobId | None = None
    run_id: RunId | None = None
    run_name: str | None = None


class WorkerOut(BaseModel):
    """One place where jobs are done. `is_online` is judged by how long its beat has stood still."""

    id: WorkerId
    host: str
    queue: str
    slot: int
    pid: int
    version: str
    state: WorkerState
    is_online: bool
    beat_at: datetime
    started_at: datetime
    devices: list[DeviceOut]
    host_now: HostOut | None
    job: HeldOut | None


class WorkerChange(Strict):
    """`draining` gives the worker's job back with a checkpoint, `disabled` lets it end; neither
    takes another until it is `active` again."""

    state: WorkerState


class QueueOut(BaseModel):
    """A queue: what waits, what runs, and who could do it. `limit` is the operator's, if any."""

    name: str
    queued: int
    running: int
    workers_online: int
    limit: int | None
