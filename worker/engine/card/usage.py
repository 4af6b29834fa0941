"""How to use the model: a few lines of Python, and what they print here."""

import logging
from typing import TYPE_CHECKING

import torch

from worker.engine.card.widget import QUERY_AND_DOCUMENTS, SENTENCES

if TYPE_CHECKING:
    from worker.engine.model.sentence_transformer import SentenceTransformer

log = logging.getLogger(__name__)

NO_NAME = "sentence_transformers_model_id"
"""What stands where the model's id belongs until it has one."""


def usage(model: "SentenceTransformer") -> str:
    data = model.model_card_data
    example = _search(model) if data.ir_model else _compare(model)
    return (
        "## Usage\n\n### Direct Usage (Sentence Transformers)\n\nInstall the library, then load "
        "the model and encode texts:\n\n```bash\npip install -U sentence-transformers\n```\n\n"
        f"```python\nfrom sentence_transformers import SentenceTransformer\n\n"
        f'model = SentenceTransformer("{data.model_id or NO_NAME}")\n{example}\n```'
    )


def _compare(model: "SentenceTransformer") -> str:
    texts = (model.model_card_data.usage_examples or SENTENCES)[:3]
    count, width = len(texts), model.get_embedding_dimension()
    lines = [
        *_listed("sentences", texts),
        "embeddings = model.encode(sentences)",
        "print(embeddings.shape)",
        f"# ({count}, {width})",
        "",
        "similarities = model.similarity(embeddings, embeddings)",
    ]
    return "\n".join([*lines, *_seen(model, texts, texts, f"({count}, {count})")])


def _search(model: "SentenceTransformer") -> str:
    query, *documents = model.model_card_data.usage_examples or QUERY_AND_DOCUMENTS
    count, width = len(documents), model.get_embedding_dimension()
    lines = [
        *_listed("queries", [query]),
        *_listed("documents", documents),
        "query_embeddings = model.encode_query(queries)",
        "document_embeddings = model.encode_document(documents)",
        "print(query_embeddings.shape, document_embeddings.shape)",
        f"# (1, {width}) ({count}, {width})",
        "",
        "similarities = model.similarity(query_embeddings, document_embeddings)",
    ]
    return "\n".join([*lines, *_seen(model, [query], documents, f"(1, {count})")])


def _listed(name: str, texts: list[str]) -> list[str]:
    return [f"{name} = [", *(f"    {text!r}," for text in texts), "]"]


def _seen(
    model: "SentenceTransformer", ones: list[str], others: list[str], shape: str
) -> list[str]:
    """The last line of the example, and what it prints."""
    if model.model_card_data.generate_widget_examples:
        try:
            return ["print(similarities)", *_printed(model, ones, others)]
        except Exception as problem:  # a model may be too large for this moment, or somebody's own
            log.warning("the card's example wasn't run: %s", type(problem).__name__)
    return ["print(similarities.shape)", f"# {shape}"]


def _printed(model: "SentenceTransformer", ones: list[str], others: list[str]) -> list[str]:
    if model.model_card_data.ir_model:
        left = model.encode_query(ones, convert_to_tensor=True, show_progress_bar=False)
        right = model.encode_document(others, convert_to_tensor=True, show_progress_bar=False)
    else:
        left = right = model.encode(ones, convert_to_tensor=True, show_progress_bar=False)
    scores = model.similarity(left, right).cpu()
    torch.set_printoptions(precision=4, sci_mode=False)  # type: ignore[no-untyped-call]  # torch's
    try:
        return [f"# {line}" for line in str(scores).splitlines()]
    finally:
        torch.set_printoptions(profile="default")  # type: ignore[no-untyped-call]  # torch's
