"""The head of a card: what the model is, whether it got better, and how it is built."""

from typing import TYPE_CHECKING

from worker.engine.card.data import SentenceTransformerModelCardData
from worker.engine.card.facts import DatasetFacts
from worker.engine.card.losses import and_list
from worker.engine.card.markdown import linked, table

if TYPE_CHECKING:
    from worker.engine.model.sentence_transformer import SentenceTransformer

SIMILARITIES = {
    "cosine": "Cosine Similarity",
    "dot": "Dot Product",
    "euclidean": "Euclidean Distance",
    "manhattan": "Manhattan Distance",
}
MOST_NAMES = 200  # characters of datasets' names in one sentence


def title(data: SentenceTransformerModelCardData) -> str:
    """The model's name, or what it was made from."""
    if data.model_name:
        return data.model_name
    based = f" based on {data.base_model}" if data.base_model else ""
    return f"SentenceTransformer{based}"


def title_and_purpose(model: "SentenceTransformer") -> str:
    data = model.model_card_data
    made = "finetuned from" if data.training else "made from"
    base = f" {made} {linked(data.base_model)}" if data.base_model else ""
    names = [_dataset(dataset) for dataset in _named(data)]
    on = ""
    if names and len(", ".join(dataset.name for dataset in _named(data))) <= MOST_NAMES:
        on = f" on the {and_list(names)} dataset{'s' if len(names) > 1 else ''}"
    elif names:
        on = f" on {len(names)} datasets"
    width = model.get_embedding_dimension()
    return (
        f"# {title(data)}\n\nThis is a [sentence-transformers](https://www.SBERT.net) "
        f"model{base}{on}. It maps texts to vectors of {width} dimensions, for {data.task_name}."
    )


def proof(model: "SentenceTransformer") -> str:
    """The comparison with the base model on data that no choice has seen."""
    found = model.model_card_data.proof
    if not found:
        return ""
    low, high = found["ci95"]
    heads = [found["metric"], "Before", "After", "Difference", "95 % interval"]
    row = [
        f"on {found['queries']} held-out items",
        f"{found['before']:.4f}",
        f"{found['after']:.4f}",
        f"{found['difference']:+.4f}",
        f"{low:+.4f} to {high:+.4f}",
    ]
    parts = ["## Before and after", found.get("verdict", ""), table(heads, [row])]
    return "\n\n".join(part for part in parts if part)


def served(model: "SentenceTransformer") -> str:
    """How the model compared when it was loaded again as a stranger would."""
    said = model.model_card_data.served
    return f"## Loaded again\n\n{said}" if said else ""


def details(model: "SentenceTransformer") -> str:
    data = model.model_card_data
    revision = f" at revision {data.base_model_revision}" if data.base_model_revision else ""
    limit = model.max_seq_length
    datasets = [_dataset(dataset) for dataset in _named(data)]
    facts = {
        "Model Type": "Sentence Transformer",
        "Base model": f"{linked(data.base_model)}{revision}" if data.base_model else None,
        "Trained by": data.adapter,
        "Maximum Sequence Length": "unlimited" if limit is None else f"{limit} tokens",
        "Output Dimensionality": f"{model.get_embedding_dimension()} dimensions",
        "Similarity Function": SIMILARITIES[model.similarity_fn_name],
        "Supported Modality": ", ".join(map(str.title, model.modalities)),
        f"Training Dataset{'s' if len(datasets) > 1 else ''}": ", ".join(datasets),
        f"Language{'s' if len(data.languages) > 1 else ''}": ", ".join(data.languages),
        "License": data.license,
    }
    known = "\n".join(f"- **{name}:** {value}" for name, value in facts.items() if value)
    sources = (
        "- **Documentation:** [Sentence Transformers Documentation](https://sbert.net)\n"
        "- **Repository:** [Sentence Transformers on GitHub]"
        "(https://github.com/huggingface/sentence-transformers)\n"
        "- **Hugging Face:** [Sentence Transformers on Hugging Face]"
        "(https://huggingface.co/models?library=sentence-transformers)"
    )
    return "\n\n".join(
        (
            "## Model Details",
            f"### Model Description\n\n{known}",
            f"### Model Sources\n\n{sources}",
            f"### Full Model Architecture\n\n```\n{model}\n```",
        )
    )


def _named(data: SentenceTransformerModelCardData) -> list[DatasetFacts]:
    if data.training is not None:
        return [dataset for dataset in data.training.train if dataset.name]
    told = data.train_datasets
    return [DatasetFacts(name=d.get("name") or d.get("id") or "", id=d.get("id")) for d in told]


def _dataset(dataset: DatasetFacts) -> str:
    link = f"https://huggingface.co/datasets/{dataset.id}"
    return f"[{dataset.name}]({link})" if dataset.id else dataset.name
