"""Which runs a list is to show, and in which order."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend.datasets.tables import DatasetVersion
from backend.ids import DatasetId, VersionId
from backend.runs.states import JobStatus
from backend.runs.tables import Job, Run, RunVersion
from backend.web.labels import has_tag

STATUSES = "|".join(JobStatus)
STATUS_LIST = rf"^({STATUSES})(,({STATUSES}))*$"


class Sort(StrEnum):
    NEWEST = "-created_at"
    OLDEST = "created_at"
    NAME = "name"
    NAME_FROM_Z = "-name"

    @property
    def is_descending(self) -> bool:
        return self.value.startswith("-")

    @property
    def keys(self) -> tuple[InstrumentedAttribute[str], ...]:
        """Ids sort by age."""
        by_name = self.value.removeprefix("-") == "name"
        return (Run.name, Run.id) if by_name else (Run.id,)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a list is narrowed to; None: not by this."""

    statuses: tuple[JobStatus, ...] = ()
    dataset_id: DatasetId | None = None
    version_id: VersionId | None = None
    tag: str | None = None
    created_after: datetime | None = None
    q: str | None = None

    def of(self, session: Session, runs: Select[Run]) -> Select[Run]:
        """Those of `runs` that are wanted."""
        if self.statuses:
            runs = runs.join(Job).where(Job.status.in_(self.statuses))
        if self.dataset_id or self.version_id:
            trained = select(RunVersion.run_id).join(
                DatasetVersion, DatasetVersion.id == RunVersion.version_id
            )
            if self.dataset_id:
                trained = trained.where(DatasetVersion.dataset_id == self.dataset_id)
            if self.version_id:
                trained = trained.where(DatasetVersion.id == self.version_id)
            runs = runs.where(Run.id.in_(trained))
        if self.tag:
            runs = runs.where(has_tag(session, Run.tags, self.tag))
        if self.created_after:
            runs = runs.where(Run.created_at > self.created_after)
        if self.q:
            runs = runs.where(Run.name.icontains(self.q, autoescape=True))
        return runs
