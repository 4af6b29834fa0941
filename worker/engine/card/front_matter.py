"""The part of a model card that machines read: YAML between two lines of dashes."""

from typing import Any

import yaml

from worker.engine.card.data import Evaluation, SentenceTransformerModelCardData


def front_matter(data: SentenceTransformerModelCardData) -> str:
    """The YAML block of `data`, with its dashes."""
    facts = {key: value for key, value in _facts(data).items() if value}
    return f"---\n{yaml.safe_dump(facts, sort_keys=False, allow_unicode=True)}---\n"


def _facts(data: SentenceTransformerModelCardData) -> dict[str, Any]:
    metrics = sorted({_bare(e, key) for e in data.evaluations.values() for key in e.metrics})
    return {
        "language": [data.language] if isinstance(data.language, str) else data.language,
        "license": data.license,
        "library_name": "sentence-transformers",
        "tags": _tags(data),
        "base_model": data.base_model if "/" in (data.base_model or "") else None,
        "datasets": [d["id"] for d in data.train_datasets if "id" in d],
        "pipeline_tag": "sentence-similarity",
        "metrics": metrics,
        "model-index": _model_index(data),
    }


def _tags(data: SentenceTransformerModelCardData) -> list[str]:
    if data.training is None:
        return list(data.tags)
    trained = ["generated_from_trainer", f"dataset_size:{data.training.rows}"]
    return [*data.tags, *trained, f"loss:{data.training.loss}"]


def _model_index(data: SentenceTransformerModelCardData) -> list[dict[str, Any]]:
    results = [_result(evaluation) for evaluation in data.evaluations.values()]
    return [{"name": title(data), "results": results}] if results else []


def _result(evaluation: Evaluation) -> dict[str, Any]:
    dataset = evaluation.name or "Unknown"
    return {
        "task": {
            "type": evaluation.description.lower().replace(" ", "-"),
            "name": evaluation.description,
        },
        "dataset": {"name": dataset.replace("_", " "), "type": dataset},
        "metrics": [
            {"type": _bare(evaluation, key), "value": value, "name": words(_bare(evaluation, key))}
            for key, value in evaluation.metrics.items()
        ],
    }


def _bare(evaluation: Evaluation, metric: str) -> str:
    """`metric` without the evaluator's name before it."""
    return metric.removeprefix(f"{evaluation.name}_") if evaluation.name else metric


def words(metric: str) -> str:
    """cosine_ndcg@10 → Cosine Ndcg@10."""
    return " ".join(part[:1].upper() + part[1:] for part in metric.split("_"))


def title(data: SentenceTransformerModelCardData) -> str:
    """The model's name, or what it was made from."""
    if data.model_name:
        return data.model_name
    return (
        f"SentenceTransformer based on {data.base_model}"
        if data.base_model
        else "SentenceTransformer"
    )
