"""What the card tells of losses: those of a training and those inside them."""

from collections.abc import Iterable
from typing import Any

from torch import nn

from worker.engine.card.facts import LossFacts

SENTENCE_BERT = """@inproceedings{reimers-2019-sentence-bert,
    title = "Sentence-{BERT}: Sentence Embeddings using {S}iamese {BERT}-Networks",
    author = "Reimers, Nils and Gurevych, Iryna",
    booktitle = "Proceedings of EMNLP-IJCNLP 2019",
    year = "2019",
    publisher = "Association for Computational Linguistics",
    url = "https://arxiv.org/abs/1908.10084"
}"""


def all_of(losses: Iterable[Any]) -> tuple[LossFacts, ...]:
    """Each class of loss once: those given, then those that they wrap."""
    todo, found = list(losses), dict[str, LossFacts]()
    for loss in todo:
        inner = getattr(loss, "loss", None)
        if isinstance(inner, nn.Module) and not any(inner is other for other in todo):
            todo.append(inner)
        found.setdefault(type(loss).__name__, facts_of(loss))
    return tuple(found.values())


def facts_of(loss: Any) -> LossFacts:
    """`loss` as the card tells it; a person's own may lack all but its name."""
    settings = loss.get_config_dict() if hasattr(loss, "get_config_dict") else {}
    return LossFacts(
        name=type(loss).__name__,
        settings={str(name): _plain(value) for name, value in (settings or {}).items()},
        citation=str(getattr(loss, "citation", "") or ""),
    )


def _plain(value: Any) -> Any:
    """`value` as JSON can hold it; a model or loss in one line."""
    if isinstance(value, nn.Module):
        base = getattr(getattr(value, "model_card_data", None), "base_model", None)
        settings: Any = getattr(value, "get_config_dict", dict)
        own = settings()
        said = [repr(base)] if base else [f"{name}={one!r}" for name, one in own.items()]
        return f"{type(value).__name__}({', '.join(said)})" if said else type(value).__name__
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return getattr(value, "__name__", None) or str(value)


def citations(losses: Iterable[LossFacts]) -> dict[str, str]:
    """BibTeX by whom it is for; losses that cite the same share an entry."""
    by_text: dict[str, list[str]] = {SENTENCE_BERT: ["Sentence Transformers"]}
    for loss in losses:
        if loss.citation.strip():
            by_text.setdefault(loss.citation.strip(), []).append(loss.name)
    return {and_list(names): text for text, names in by_text.items()}


def and_list(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
