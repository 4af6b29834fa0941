"""The kinds of job: what each is given before it starts, and what is kept when it has succeeded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel
from sqlalchemy.orm import Session

from backend.runs.claims import Claim
from backend.runs.states import JobKind
from backend.studio import Studio
from worker.jobs.folder import JobFolder
from worker.supervisor import (
    blending,
    converting,
    exporting,
    guarding,
    importing,
    previewing,
    profiling,
    proving,
    publishing,
    seeing,
    sizing,
    training,
)
from worker.supervisor.orders import model_order

Keep = Callable[[Session], None]
"""Writes the rows of a result, in the transaction that ends the attempt: both, or neither."""


def _nothing(_studio: Studio, _claim: Claim) -> None:
    """What most jobs use up."""


def _always(_claim: Claim) -> bool:
    return True


def _never(_claim: Claim) -> bool:
    return False


def _no_names(_claim: Claim) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`prepare` looks up what the job needs; `store` brings its files home and gives what writes
    their rows. Neither holds a write transaction. `clear` removes what the job was to use up, once
    it has ended, well or not. `allows` says how names begin in the environment that this job may
    see, though others may not; `asks_hub` whether it goes to the Hub, with a token. A kind that
    `uses_all_devices` has a process for each of them."""

    module: str
    uses_all_devices: bool = False
    prepare: Callable[[Studio, Claim], BaseModel]
    store: Callable[[Studio, Claim, JobFolder], Keep]
    clear: Callable[[Studio, Claim], None] = _nothing
    allows: Callable[[Claim], tuple[str, ...]] = _no_names
    asks_hub: Callable[[Claim], bool] = _always


KINDS: Mapping[JobKind, Kind] = {
    JobKind.TRAIN: Kind(
        module="worker.jobs.train",
        uses_all_devices=True,
        prepare=training.prepare,
        store=training.store,
    ),
    JobKind.IMPORT: Kind(
        module="worker.jobs.import_dataset",
        prepare=importing.prepare,
        store=importing.store,
        clear=importing.clear,
        allows=importing.allows,
        asks_hub=importing.asks_hub,
    ),
    JobKind.PREVIEW: Kind(
        module="worker.jobs.preview_dataset", prepare=previewing.prepare, store=previewing.store
    ),
    JobKind.PROFILE: Kind(
        module="worker.jobs.profile_dataset", prepare=profiling.prepare, store=profiling.store
    ),
    JobKind.CONVERT: Kind(
        module="worker.jobs.convert_dataset",
        prepare=converting.prepare,
        store=converting.store,
        asks_hub=_never,
    ),
    JobKind.PROVE: Kind(module="worker.jobs.prove", prepare=model_order, store=proving.store),
    JobKind.GUARD: Kind(
        module="worker.jobs.guard_model", prepare=model_order, store=guarding.store
    ),
    JobKind.BLEND: Kind(module="worker.jobs.blend", prepare=model_order, store=blending.store),
    JobKind.MINE: Kind(
        module="worker.jobs.mine_negatives", prepare=converting.prepare, store=converting.store
    ),
    JobKind.PUBLISH: Kind(
        module="worker.jobs.publish", prepare=publishing.prepare, store=publishing.store
    ),
    JobKind.MEASURE_SIZES: Kind(
        module="worker.jobs.measure_sizes", prepare=model_order, store=sizing.store_sizes
    ),
    JobKind.SHRINK: Kind(
        module="worker.jobs.shrink", prepare=model_order, store=sizing.store_model
    ),
    JobKind.EXPORT: Kind(
        module="worker.jobs.export_onnx", prepare=exporting.prepare, store=exporting.store
    ),
    JobKind.SEE: Kind(module="worker.jobs.see", prepare=model_order, store=seeing.store),
}
