"""Changes to a version: checked, queued, and kept as a new version with its parent."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.broker import Broker
from backend.datasets import facts, service
from backend.datasets.operations.operation import Operation
from backend.datasets.operations.run import STEPS
from backend.datasets.profile import ProfileSettings
from backend.datasets.service import Kept, ParsedTable
from backend.datasets.tables import DatasetVersion
from backend.ids import DatasetId
from backend.preparing import profiles
from backend.problems import Invalid
from backend.runs import jobs
from backend.runs.states import JobKind
from backend.runs.tables import Job


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to become of a version. With a name, it is the first of a new dataset so called."""

    operations: Sequence[Operation]
    name: str | None = None

    @property
    def kind(self) -> JobKind:
        """MINE, on the queue of the models, where one is needed."""
        return (
            JobKind.MINE if any(each.needs_model for each in self.operations) else JobKind.CONVERT
        )


def ask(
    session: Session, who: Person, broker: Broker, version: DatasetVersion, wanted: Wanted
) -> Job:
    """The job that makes a new version; `version` stays as it is, and going back to it is undoing.

    Raises Invalid where the first step does not go with the version's columns. Later steps meet
    what earlier ones leave, so the job itself says what is wrong with them.
    """
    first = wanted.operations[0]
    if problems := list(first.problems(facts.from_json(version.facts), STEPS / 0)):
        raise Invalid(*problems)
    payload = {
        "version_id": version.id,
        "operations": [each.to_json() for each in wanted.operations],
        "name": wanted.name,
    }
    return jobs.enqueue(session, who, broker, wanted.kind, payload)


def keep(
    session: Session,
    who: Person,
    broker: Broker,
    made: ParsedTable,
    parent: DatasetVersion,
    name: str | None,
) -> Kept:
    """The version that operations made of `parent`, and a first profile of it."""
    dataset_id = None if name else DatasetId(parent.dataset_id)
    kept = service.keep(
        session, who, made, name=name or "", dataset_id=dataset_id, parent_id=parent.id
    )
    profiles.ask(session, who, broker, kept.version, ProfileSettings())
    return kept
