"""`model.save_pretrained`: what a person says of a model on its way to the disk."""

from pathlib import Path
from typing import TYPE_CHECKING

from worker.engine.model import writing

if TYPE_CHECKING:
    from worker.engine.model.sentence_transformer import SentenceTransformer


def save_pretrained(
    self: "SentenceTransformer",
    path: str | Path,
    model_name: str | None = None,
    create_model_card: bool = True,
    train_datasets: list[str] | None = None,
    safe_serialization: bool = True,
) -> None:
    """Write the model to `path`, whole or not at all, in the layout that 2.2 to 6.2 read.

    The card tells `model_name`, or the id "owner/name", and `train_datasets` by name.
    Raises ValueError for safe_serialization=False: we write no pickles.
    """
    if not safe_serialization:
        raise ValueError("Weights are written as safetensors only; leave safe_serialization out.")
    card = self.model_card_data
    if model_name and not Path(model_name).exists():
        card.name_it(model_name)
    if train_datasets and not card.train_datasets:
        card.train_datasets = [{"name": name} for name in train_datasets]
    writing.write(self, Path(path), create_model_card)
