"""The settings of a training: those of `transformers`, and what sentence embeddings add."""

import json
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

from transformers import TrainingArguments
from transformers.training_args import ParallelMode

from worker.engine.samplers.names import BatchSamplers, MultiDatasetBatchSamplers

DICT_ARGUMENTS = ("prompts", "learning_rate_mapping")


@dataclass
class SentenceTransformerTrainingArguments(TrainingArguments):
    """`transformers.TrainingArguments`, plus:

    prompts: text put before every input, one for all columns or by column name.
    batch_sampler, multi_dataset_batch_sampler: how rows become batches (samplers/names.py).
    learning_rate_mapping: {regular expression over parameter names: learning rate}.
    warmup_ratio: share of all steps in which the learning rate rises, as before transformers 5.
    Mappings may be JSON, as a command line gives them. Raises ValueError for what is none of these.
    """

    prompts: str | dict[str, str] | None = None
    batch_sampler: BatchSamplers | str = BatchSamplers.BATCH_SAMPLER
    multi_dataset_batch_sampler: MultiDatasetBatchSamplers | str = (
        MultiDatasetBatchSamplers.PROPORTIONAL
    )
    learning_rate_mapping: dict[str, float] | str | None = field(default_factory=dict)
    warmup_ratio: float | None = None

    def __post_init__(self) -> None:
        self._read_json()
        self.batch_sampler = BatchSamplers(self.batch_sampler)
        self.multi_dataset_batch_sampler = MultiDatasetBatchSamplers(
            self.multi_dataset_batch_sampler
        )
        if self.warmup_ratio is not None:
            self.warmup_steps = self.warmup_ratio  # below 1 it is a share since transformers 5
        super().__post_init__()  # type: ignore[no-untyped-call]  # transformers'
        self.prediction_loss_only = True  # there are no predictions, only embeddings
        self.ddp_broadcast_buffers = False  # no module of ours has buffers that training changes
        if self.parallel_mode == ParallelMode.DISTRIBUTED:
            self.dataloader_drop_last = True  # every process takes the same number of steps

    @property
    def learning_rates(self) -> Mapping[str, float]:
        """`learning_rate_mapping`, which is a mapping once the JSON has been read."""
        mapping = self.learning_rate_mapping
        return mapping if isinstance(mapping, Mapping) else {}

    def _read_json(self) -> None:
        for name in DICT_ARGUMENTS:
            value = getattr(self, name)
            if isinstance(value, str) and value.lstrip().startswith("{"):
                setattr(self, name, json.loads(value))

    def changed(self) -> dict[str, Any]:
        """The arguments that differ from their defaults, by name, for the model card."""
        values = {f.name: (getattr(self, f.name), _default(f)) for f in fields(self) if f.init}
        return {name: value for name, (value, default) in values.items() if value != default}


def _default(argument: Field[Any]) -> Any:
    return argument.default_factory() if callable(argument.default_factory) else argument.default
