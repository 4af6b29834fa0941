"""The text of a model card, section by section."""

import json
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from worker.engine.card.data import Evaluation, SentenceTransformerModelCardData, Training
from worker.engine.card.front_matter import front_matter, title

if TYPE_CHECKING:
    from worker.engine.model.sentence_transformer import SentenceTransformer

LONGEST_LOG = 100
"""Lines above which the log is folded away."""

HIDDEN = (
    "output_dir", "logging", "eval_on", "eval_steps", "eval_strategy", "save_", "report_to",
    "run_name", "hub_", "push_to_hub", "token", "disable_tqdm", "log_level", "prediction_loss_only",
    "ddp_broadcast_buffers", "project", "trackio", "accelerator_config", "debug", "do_",
    "dataloader_pin_memory", "use_cpu", "activation_checkpointing",
)  # fmt: skip
"""Arguments, by how their names begin, that say where a training ran and not what it did."""


def text(model: "SentenceTransformer") -> str:
    """The whole README.md of `model`.

    A model that was neither trained nor proved here keeps the card that it came with.
    """
    data = model.model_card_data
    if data.base_readme and data.training is None and data.proof is None:
        return data.base_readme
    sections = (
        _summary(model),
        _proof(data),
        _details(model),
        _usage(model),
        _evaluations(data.evaluations.values()),
        _training(data),
        _versions(),
        _citations(data.training),
    )
    return front_matter(data) + "\n" + "\n\n".join(part for part in sections if part) + "\n"


def _summary(model: "SentenceTransformer") -> str:
    data = model.model_card_data
    made = "finetuned from" if data.training else "made from"
    base = f" {made} {_linked(data.base_model)}" if data.base_model else ""
    width = model.get_embedding_dimension()
    return (
        f"# {title(data)}\n\nThis is a sentence-transformers model{base}. It maps texts to vectors "
        f"of {width} dimensions, for {data.task_name}."
    )


def _proof(data: SentenceTransformerModelCardData) -> str:
    proof = data.proof
    if not proof:
        return ""
    low, high = proof["ci95"]
    heads = [proof["metric"], "Before", "After", "Difference", "95 % interval"]
    row = [
        f"on {proof['queries']} held-out items",
        f"{proof['before']:.4f}",
        f"{proof['after']:.4f}",
        f"{proof['difference']:+.4f}",
        f"{low:+.4f} to {high:+.4f}",
    ]
    parts = ["## Before and after", proof.get("verdict", ""), _table(heads, [row])]
    return "\n\n".join(part for part in parts if part)


def _details(model: "SentenceTransformer") -> str:
    data = model.model_card_data
    revision = f" at revision {data.base_revision}" if data.base_revision else ""
    facts = {
        "Model type": "Sentence Transformer",
        "Base model": f"{_linked(data.base_model)}{revision}" if data.base_model else None,
        "Maximum sequence length": f"{model.max_seq_length} tokens",
        "Output dimensionality": f"{model.get_embedding_dimension()} dimensions",
        "Similarity function": model.similarity_fn_name,
        "Training datasets": ", ".join(d.get("name", d.get("id", "")) for d in data.train_datasets),
        "Language": ", ".join(
            [data.language] if isinstance(data.language, str) else data.language or []
        ),
        "License": data.license,
    }
    known = "\n".join(f"- **{name}:** {value}" for name, value in facts.items() if value)
    stages = "\n".join(
        f"  ({i}): {type(module).__name__}({_settings(module)})" for i, module in enumerate(model)
    )
    built = f"```\nSentenceTransformer(\n{stages}\n)\n```"
    return f"## Model Details\n\n{known}\n\n### Full Model Architecture\n\n{built}"


def _settings(module: Any) -> str:
    return ", ".join(f"{k}={v!r}" for k, v in module.config().items() if v is not False)


def _usage(model: "SentenceTransformer") -> str:
    name = model.model_card_data.model_id or "path/or/id/of/this/model"
    return f"""## Usage

```bash
pip install -U sentence-transformers
```

```python
from sentence_transformers import SentenceTransformer

model = SentenceTransformer("{name}")
embeddings = model.encode(["The weather is lovely today.", "It's so sunny outside!"])
print(embeddings.shape)  # (2, {model.get_embedding_dimension()})
print(model.similarity(embeddings, embeddings))
```"""


def _evaluations(evaluations: Iterable[Evaluation]) -> str:
    parts = []
    for found in evaluations:
        rows = [
            [f"**{k}**", f"**{v:.4f}**"] if k == found.primary_metric else [k, f"{v:.4f}"]
            for k, v in found.metrics.items()
        ]
        on = f" on {found.name}" if found.name else ""
        parts.append(f"### {found.description}{on}\n\n{_table(['Metric', 'Value'], rows)}")
    return "\n\n".join(["## Evaluation", *parts]) if parts else ""


def _training(data: SentenceTransformerModelCardData) -> str:
    training = data.training
    if training is None:
        return ""
    arguments = {
        name: value
        for name, value in training.arguments.changed().items()
        if not name.startswith(HIDDEN)
    }
    parts = [
        "## Training Details",
        f"### Training Dataset\n\n- **Size:** {training.rows} rows\n"
        f"- **Columns:** {', '.join(training.columns)}\n"
        f"- **Loss:** {training.loss} with\n\n{_fenced(training.loss_settings)}",
        f"### Training Hyperparameters\n\nThose that aren't the default:\n\n{_bullets(arguments)}",
        _log(data),
    ]
    return "\n\n".join(part for part in parts if part)


def _log(data: SentenceTransformerModelCardData) -> str:
    names = list(dict.fromkeys(name for line in data.log for name in line.values))
    if not names:
        return ""
    rows = [
        [f"{line.epoch:.4f}", str(line.step), *(_number(line.values.get(name)) for name in names)]
        for line in data.log
    ]
    heads = ["Training Loss" if name == "loss" else name for name in names]
    table = _table(["Epoch", "Step", *heads], rows)
    if len(rows) > LONGEST_LOG:
        table = f"<details><summary>Click to expand</summary>\n\n{table}\n\n</details>"
    return f"### Training Logs\n\n{table}"


def _versions() -> str:
    packages = ("torch", "transformers", "accelerate", "datasets", "tokenizers")
    return "### Framework Versions\n\n" + _bullets(
        {package: version(package) for package in packages}
    )


def _citations(training: Training | None) -> str:
    if training is None or not training.citation:
        return ""
    return f"## Citation\n\n### {training.loss}\n\n```bibtex\n{training.citation.strip()}\n```"


def _linked(model_id: str | None) -> str:
    is_hub_id = model_id is not None and model_id.count("/") == 1
    return f"[{model_id}](https://huggingface.co/{model_id})" if is_hub_id else str(model_id)


def _bullets(values: dict[str, Any]) -> str:
    return "\n".join(f"- `{name}`: {value}" for name, value in values.items()) or "- none"


def _fenced(values: Any) -> str:
    return f"```json\n{json.dumps(values, indent=2, default=str)}\n```"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
