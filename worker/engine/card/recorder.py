"""What happened in a training, noted for the model card while it happens."""

from collections.abc import Sequence
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.integrations.integration_utils import CodeCarbonCallback

from worker.engine.card.data import SentenceTransformerModelCardData


class Recorder(TrainerCallback):
    """Notes losses, times, the best step, and what CodeCarbon measured if it is one of `others`."""

    def __init__(
        self, data: SentenceTransformerModelCardData, others: Sequence[TrainerCallback] = ()
    ) -> None:
        self.data = data
        self.others = others

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        self.data.begin()

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **_: Any,
    ) -> None:
        self.data.remember_log(state.epoch or 0.0, state.global_step, logs or {})

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        self.data.end()
        if args.load_best_model_at_end and state.best_global_step:
            self.data.set_best_model_step(state.best_global_step)
        for callback in self.others:
            if isinstance(callback, CodeCarbonCallback) and callback.tracker is not None:
                self.data.co2_eq_emissions = _emissions(callback.tracker)


def _emissions(tracker: Any) -> dict[str, Any]:
    """What CodeCarbon measured, by the Hub's names; emissions in grams."""
    found = getattr(tracker, "final_emissions_data", None) or tracker._prepare_emissions_data()
    facts = {
        "emissions": float(found.emissions) * 1000,
        "energy_consumed": float(found.energy_consumed),
        "source": "codecarbon",
        "training_type": "fine-tuning",
        "on_cloud": found.on_cloud == "Y",
        "cpu_model": found.cpu_model,
        "ram_total_size": found.ram_total_size,
    }
    return facts | ({"hardware_used": found.gpu_model} if found.gpu_model else {})
