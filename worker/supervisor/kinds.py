"""The kinds of job: what each is given before it starts, and what is kept when it has succeeded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel
from sqlalchemy.orm import Session

from backend.runs.claims import Claim
from backend.runs.states import JobKind
from backend.studio import Studio
from worker.jobs.folder import JobFolder
from worker.supervisor import importing, training

Keep = Callable[[Session], None]
"""Writes the rows of a result, in the transaction that ends the attempt: both, or neither."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`prepare` looks up what the job needs; `store` brings its files home and gives what writes
    their rows. Neither holds a write transaction."""

    module: str
    prepare: Callable[[Studio, Claim], BaseModel]
    store: Callable[[Studio, Claim, JobFolder], Keep]


KINDS: Mapping[JobKind, Kind] = {
    JobKind.TRAIN: Kind(module="worker.jobs.train", prepare=training.prepare, store=training.store),
    JobKind.IMPORT: Kind(
        module="worker.jobs.import_dataset", prepare=importing.prepare, store=importing.store
    ),
}
