"""How the model was trained: data, settings, the way of the loss, time and energy."""

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from worker.engine.card.data import SentenceTransformerModelCardData
from worker.engine.card.facts import DatasetFacts, LossFacts, Training
from worker.engine.card.losses import citations
from worker.engine.card.markdown import bullets, fenced, fold, html, html_list, number, table

if TYPE_CHECKING:
    from worker.engine.model.sentence_transformer import SentenceTransformer

LONGEST_LOG = 100
"""Lines above which the log is folded away."""

MOST_DATASETS = 3
"""Datasets above which each is folded away."""

HIDDEN = (
    "output_dir", "logging_", "eval_on", "eval_steps", "eval_strategy", "eval_delay", "save_",
    "metric_for_best_model", "greater_is_better", "report_to", "run_name", "hub_", "push_to_hub",
    "token", "disable_tqdm", "log_level", "prediction_loss_only", "ddp_broadcast_buffers",
    "project", "trackio", "accelerator_config", "debug", "do_", "dataloader_pin_memory", "use_cpu",
    "resume_from_checkpoint",
)  # fmt: skip
"""Arguments, by how their names begin, that say where a training ran and not what it did."""

PACKAGES = (
    "sentence-transformers",
    "torch",
    "transformers",
    "accelerate",
    "datasets",
    "tokenizers",
)


def details(model: "SentenceTransformer") -> str:
    data = model.model_card_data
    training = data.training
    if training is None:
        return _versions()
    parts = [
        "## Training Details",
        _datasets("Training", training.train),
        _datasets("Evaluation", training.evaluation),
        _settings(training),
        _log(data),
        _impact(data.co2_eq_emissions),
        _time(data),
        _versions(),
    ]
    return "\n\n".join(part for part in parts if part)


def citation(model: "SentenceTransformer") -> str:
    training = model.model_card_data.training
    if training is None:
        return ""
    entries = citations(training.losses).items()
    told = "\n\n".join(f"#### {name}\n\n```bibtex\n{bibtex}\n```" for name, bibtex in entries)
    return f"## Citation\n\n### BibTeX\n\n{told}"


def _datasets(kind: str, datasets: tuple[DatasetFacts, ...]) -> str:
    told = [_dataset(kind.lower(), one) for one in datasets if one.columns or one.size]
    if not told:
        return ""
    if len(told) > MOST_DATASETS:
        names = [one.name or "Unnamed Dataset" for one in datasets if one.columns or one.size]
        told = [fold(text, name) for text, name in zip(told, names, strict=True)]
    return "\n\n".join([f"### {kind} Dataset{'s' if len(told) > 1 else ''}", *told])


def _dataset(kind: str, facts: DatasetFacts) -> str:
    link = f"https://huggingface.co/datasets/{facts.id}"
    at = f" at [{facts.revision[:7]}]({link}/tree/{facts.revision})" if facts.revision else ""
    where = f"[{facts.name}]({link}){at}" if facts.id else facts.name
    lines = [
        f"- Dataset: {where}" if facts.name else "",
        f"- Size: {facts.size:,} {kind} samples" if facts.size is not None else "",
        f"- Columns: {', '.join(map(html, facts.columns))}",
        _statistics(facts),
        _examples(facts),
        "" if facts.loss is None else _loss(facts.loss),
    ]
    return f"#### {facts.name or 'Unnamed Dataset'}\n\n" + "\n".join(x for x in lines if x)


def _statistics(facts: DatasetFacts) -> str:
    if not facts.statistics:
        return ""
    columns = facts.statistics.values()
    rows = [
        ["type", *(column.kind for column in columns)],
        ["details", *(html_list(column.measures) for column in columns)],
    ]
    looked_at = min(facts.size or 0, 100)
    told = table(["", *facts.statistics], rows)
    return f"- Approximate statistics based on the first {looked_at} samples:\n\n{told}\n"


def _examples(facts: DatasetFacts) -> str:
    rows = [[html(row[column]) for column in facts.columns] for row in facts.examples]
    return f"- Samples:\n\n{table(facts.columns, rows)}\n" if rows else ""


def _loss(loss: LossFacts) -> str:
    told = f" with these parameters:\n\n{fenced(loss.settings)}" if loss.settings else ""
    return f"- Loss: {html(loss.name)}{told}"


def _settings(training: Training) -> str:
    every = {n: v for n, v in training.arguments.items() if not n.startswith(HIDDEN)}
    changed = {n: every[n] for n in training.changed if n in every}
    return (
        f"### Training Hyperparameters\n\n#### Non-Default Hyperparameters\n\n{bullets(changed)}"
        f"\n\n#### All Hyperparameters\n\n{fold(bullets(every))}"
    )


def _log(data: SentenceTransformerModelCardData) -> str:
    names = list(dict.fromkeys(name for line in data.log for name in line.values))
    if not names:
        return ""
    names.sort(key=lambda name: (name != "loss", not name.endswith("_loss")))
    only = [name for name in names if name.startswith("eval_")] == ["eval_loss"]
    heads = ["Epoch", "Step", *(_head(name, only) for name in names)]
    rows = []
    for line in data.log:
        values = [number(line.values.get(name)) for name in names]
        row = [number(float(line.epoch or 0)), str(line.step), *values]
        best = line.step == data.best_model_step
        rows.append([f"**{value}**" for value in row] if best else row)
    told = table(heads, rows)
    if any(line.step == data.best_model_step for line in data.log):
        told += "\n\nThe bold row is the checkpoint that was kept."
    return f"### Training Logs\n\n{fold(told) if len(rows) > LONGEST_LOG else told}"


def _head(name: str, only: bool) -> str:
    if name == "loss":
        return "Training Loss"
    if name == "eval_loss" and only:
        return "Validation Loss"
    return name.removeprefix("eval_").replace("_", " ") if name.endswith("_loss") else name


def _impact(emissions: dict[str, Any] | None) -> str:
    if not emissions:
        return ""
    return (
        "### Environmental Impact\n\nCarbon emissions were measured using "
        "[CodeCarbon](https://github.com/mlco2/codecarbon).\n\n"
        f"- **Energy Consumed**: {emissions['energy_consumed']:.3f} kWh\n"
        f"- **Carbon Emitted**: {emissions['emissions'] / 1000:.3f} kg of CO2\n\n"
        "### Training Hardware\n\n"
        f"- **On Cloud**: {'Yes' if emissions['on_cloud'] else 'No'}\n"
        f"- **GPU Model**: {emissions.get('hardware_used') or 'No GPU used'}\n"
        f"- **CPU Model**: {emissions['cpu_model']}\n"
        f"- **RAM Size**: {emissions['ram_total_size']:.2f} GB"
    )


def _time(data: SentenceTransformerModelCardData) -> str:
    total, judging = data.training_seconds, data.evaluation_seconds
    if total is None:
        return ""
    lines = [f"- **Training**: {_duration(max(total - judging, 0.0))}"]
    if judging:
        lines += [f"- **Evaluation**: {_duration(judging)}", f"- **Total**: {_duration(total)}"]
    return "### Training Time\n\n" + "\n".join(lines)


def _duration(seconds: float) -> str:
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.1f} seconds"


def _versions() -> str:
    found = {"Python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return "### Framework Versions\n\n" + "\n".join(f"- {n}: {v}" for n, v in found.items())
