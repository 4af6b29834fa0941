"""The settings of a training: those of `transformers`, and what sentence embeddings add."""

import json
import logging
from collections.abc import Callable
from dataclasses import Field, dataclass, field, fields
from enum import StrEnum
from typing import Any

from transformers import TrainingArguments
from transformers.training_args import ParallelMode

from worker.engine.samplers.names import BatchSamplers, MultiDatasetBatchSamplers

log = logging.getLogger(__name__)

MAPPINGS = ("prompts", "router_mapping", "learning_rate_mapping")


@dataclass
class SentenceTransformerTrainingArguments(TrainingArguments):
    """`transformers.TrainingArguments`, plus:

    prompts: text put before inputs: one for all, {column: …}, {dataset: …}, or both nested.
    batch_sampler: how rows become batches: a name of `BatchSamplers`, a class or function that
        takes (dataset, batch_size, drop_last, valid_label_columns, generator, seed); or, beyond
        upstream, {dataset: one of these}.
    multi_dataset_batch_sampler: how datasets take turns: a name of `MultiDatasetBatchSamplers`, a
        class or function that takes (dataset, batch_samplers, generator, seed).
    router_mapping: the route of each column, {column: …} or nested by dataset, for a model that
        has a Router.
    learning_rate_mapping: {regular expression over parameter names: learning rate}.
    warmup_ratio: share of all steps in which the learning rate rises, as before transformers 5.

    Mappings may be JSON, as a command line gives them. Raises ValueError for what is none of these.
    With several processes every step uses whole batches (dataloader_drop_last).
    """

    # str, then None: transformers.HfArgumentParser reads a command line by a union's first two.
    prompts: str | None | dict[str, str] | dict[str, dict[str, str]] = None  # noqa: RUF036
    batch_sampler: BatchSamplers | str | type | Callable[..., Any] | dict[str, Any] = (
        BatchSamplers.BATCH_SAMPLER
    )
    multi_dataset_batch_sampler: MultiDatasetBatchSamplers | str | type | Callable[..., Any] = (
        MultiDatasetBatchSamplers.PROPORTIONAL
    )
    router_mapping: str | None | dict[str, str] | dict[str, dict[str, str]] = field(  # noqa: RUF036
        default_factory=dict
    )
    learning_rate_mapping: str | None | dict[str, float] = field(  # noqa: RUF036
        default_factory=dict
    )
    warmup_ratio: float | None = None

    def __post_init__(self) -> None:
        for name in MAPPINGS:
            setattr(self, name, _mapping(name, getattr(self, name)))
        self.batch_sampler = _named(BatchSamplers, "batch_sampler", self.batch_sampler)
        self.multi_dataset_batch_sampler = _named(
            MultiDatasetBatchSamplers,
            "multi_dataset_batch_sampler",
            self.multi_dataset_batch_sampler,
        )
        if self.warmup_ratio is not None and not self.warmup_steps:
            self.warmup_steps = self.warmup_ratio  # below 1 it is a share since transformers 5
            self.warmup_ratio = None
        super().__post_init__()  # type: ignore[no-untyped-call]  # transformers'
        self.prediction_loss_only = True  # there are no predictions, only embeddings
        self.ddp_broadcast_buffers = False  # no module of ours has buffers that training changes
        if self.parallel_mode == ParallelMode.DISTRIBUTED:
            self.dataloader_drop_last = True  # every process takes the same number of steps
        elif self.parallel_mode == ParallelMode.NOT_DISTRIBUTED:
            log.warning(
                "%s devices in one process see a part of each batch apart, and slowly. Start one "
                "process for each: torchrun --nproc_per_node %s",
                self.n_gpu,
                self.n_gpu,
            )

    @property
    def learning_rates(self) -> dict[str, float]:
        """`learning_rate_mapping`, which is a mapping once the JSON has been read."""
        mapping = self.learning_rate_mapping
        return mapping if isinstance(mapping, dict) else {}

    def changed(self) -> dict[str, Any]:
        """The arguments that differ from their defaults, by name, for the model card."""
        values = {f.name: (getattr(self, f.name), _default(f)) for f in fields(self) if f.init}
        return {name: value for name, (value, default) in values.items() if value != default}

    def to_dict(self) -> dict[str, Any]:
        """The arguments as JSON values; a sampler that is a class or function goes by its name."""
        values: dict[str, Any] = super().to_dict()  # type: ignore[no-untyped-call]  # transformers'
        for name in ("batch_sampler", "multi_dataset_batch_sampler"):
            if callable(values[name]):
                values[name] = getattr(values[name], "__qualname__", repr(values[name]))
        return values


def _mapping(name: str, value: Any) -> Any:
    """`value`, read if it is JSON. A prompt may be a plain text; the others may not."""
    if value is None:
        return None if name == "prompts" else {}
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError as cause:
        if name == "prompts":
            return value
        raise ValueError(
            f'{name} must be a mapping such as {{"name": value}}, or JSON of one, not {value!r}.'
        ) from cause


def _named(kind: type[StrEnum], name: str, value: Any) -> Any:
    """The member of that name; a class or function of one's own as it is."""
    if isinstance(value, dict):
        return {dataset: _named(kind, name, one) for dataset, one in value.items()}
    if not isinstance(value, str):
        return value
    if value not in list(kind):
        raise ValueError(f"{name} is one of {', '.join(kind)}, or a class of yours, not {value!r}.")
    return kind(value)


def _default(argument: Field[Any]) -> Any:
    return argument.default_factory() if callable(argument.default_factory) else argument.default
