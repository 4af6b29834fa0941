"""What happened in a training, noted for the model card while it happens."""

from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from worker.engine.card.data import SentenceTransformerModelCardData


class Recorder(TrainerCallback):
    """Notes each logged loss and metric in the card's data."""

    def __init__(self, data: SentenceTransformerModelCardData) -> None:
        self.data = data

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **kwargs: Any,
    ) -> None:
        self.data.remember_log(state.epoch or 0.0, state.global_step, logs or {})
