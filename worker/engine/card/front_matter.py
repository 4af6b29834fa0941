"""The part of a model card that machines read: YAML between two lines of dashes."""

import math
from typing import Any

from huggingface_hub.repocard_data import EvalResult, eval_results_to_model_index
from huggingface_hub.utils._fixes import yaml_dump

from worker.engine.card.data import SentenceTransformerModelCardData
from worker.engine.card.facts import Evaluation
from worker.engine.card.summary import title


def front_matter(data: SentenceTransformerModelCardData) -> str:
    """The YAML block of `data`, with its dashes."""
    facts = {key: value for key, value in metadata(data).items() if value}
    return f"---\n{yaml_dump(facts, sort_keys=False, line_break=None)}---\n"


def metadata(data: SentenceTransformerModelCardData) -> dict[str, Any]:
    """Everything that the Hub is told of the model; what is empty isn't known."""
    found = data.evaluations.values()
    results = [result for evaluation in found for result in _results(evaluation)]
    base = data.base_model or ""
    return {
        "language": data.languages,
        "license": data.license,
        "tags": _tags(data),
        "base_model": base if base.count("/") == 1 else None,
        "datasets": _dataset_ids(data),
        "widget": data.widget if data.allow_training_rows else None,
        "pipeline_tag": "sentence-similarity",
        "library_name": "sentence-transformers",
        "metrics": list(dict.fromkeys(key for evaluation in found for key in evaluation.bare())),
        "co2_eq_emissions": data.co2_eq_emissions,
        "model-index": eval_results_to_model_index(title(data), results) if results else None,
    }


def _tags(data: SentenceTransformerModelCardData) -> list[str]:
    if data.training is None:
        return list(data.tags)
    size = data.training.rows
    trained = [
        "generated_from_trainer",
        *([f"dataset_size:{size}"] if size else []),
        *(f"loss:{loss.name}" for loss in data.training.losses),
    ]
    return list(dict.fromkeys([*data.tags, *trained]))


def _dataset_ids(data: SentenceTransformerModelCardData) -> list[str]:
    trained = [d.id for d in (data.training.train + data.training.evaluation)] if (
        data.training
    ) else []  # fmt: skip
    told = [dataset.get("id") for dataset in (*data.train_datasets, *data.eval_datasets)]
    return list(dict.fromkeys(one for one in (*told, *trained) if one))


def _results(evaluation: Evaluation) -> list[EvalResult]:
    name = evaluation.name
    return [
        EvalResult(
            task_type=evaluation.description.lower().replace(" ", "-"),
            task_name=evaluation.description,
            dataset_type=name or "unknown",
            dataset_name=name.replace("_", " ").replace("-", " ") or "Unknown",
            metric_type=key,
            metric_name=key.replace("_", " ").title(),
            metric_value=value,
        )
        for key, value in evaluation.bare().items()
        if isinstance(value, (int, float)) and math.isfinite(value)
    ]
