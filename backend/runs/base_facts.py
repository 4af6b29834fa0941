"""How large a base model is: by the catalogue, by earlier runs, or by the copy on this machine."""

import json
from pathlib import Path

from huggingface_hub import try_to_load_from_cache
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.catalog.base_models import BASE_MODELS
from backend.ids import ModelId
from backend.recipes.estimate import model_facts
from backend.recipes.estimate.model_facts import ASSUMED, ModelFacts
from backend.runs.tables import Run, RunCost

MOST_STEPS = 20
"""So many trainings one after the other, each from the last one's model, are followed back."""


def facts_of(session: Session, name: str) -> ModelFacts:
    """Of a base model, a guide, or a model of this studio. Asks nobody outside."""
    for _ in range(MOST_STEPS):
        if (row := BASE_MODELS.get(name)) is not None:
            return model_facts.of_row(row)
        if (told := _told_by_runs(session, name)) is not None:
            return told
        if not name.startswith(f"{ModelId.prefix}_"):
            return _on_this_machine(name) or ASSUMED
        recipe = session.scalar(select(Run.recipe).where(Run.model_id == ModelId(name)))
        if recipe is None:
            return ASSUMED
        name = str(recipe["base_model"])
    return ASSUMED


def _told_by_runs(session: Session, name: str) -> ModelFacts | None:
    query = (
        select(RunCost.spent)
        .where(RunCost.base_model == name, RunCost.host.is_not(None))
        .order_by(RunCost.run_id.desc())
        .limit(1)
    )
    spent = session.scalar(query)
    return ModelFacts.model_validate(spent["model"]) if spent else None


def _on_this_machine(name: str) -> ModelFacts | None:
    """From the Hub's cache, where an earlier download has left the model's config."""
    config = _cached(name, "config.json")
    weights = _cached(name, "model.safetensors")
    if config is None or weights is None:
        return None
    own = _cached(name, "sentence_bert_config.json")
    reads = _read(own).get("max_seq_length") if own else None
    parameters = weights.stat().st_size // model_facts.BYTES_A_WEIGHT
    return model_facts.of_config(
        _read(config), parameters, reads if isinstance(reads, int) else None
    )


def _cached(name: str, file: str) -> Path | None:
    found = try_to_load_from_cache(name, file)
    return Path(found) if isinstance(found, str) else None


def _read(path: Path) -> dict[str, object]:
    value = json.loads(path.read_text(encoding="utf-8"))
    return value if isinstance(value, dict) else {}
