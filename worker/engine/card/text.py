"""The whole model card, section by section."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from worker.engine.card import results, summary, training, usage
from worker.engine.card.front_matter import front_matter

if TYPE_CHECKING:
    from worker.engine.model.sentence_transformer import SentenceTransformer

log = logging.getLogger(__name__)

SECTIONS: tuple[Callable[["SentenceTransformer"], str], ...] = (
    summary.title_and_purpose,
    summary.proof,
    summary.served,
    summary.details,
    usage.usage,
    results.evaluation,
    training.details,
    training.citation,
)


def text(model: "SentenceTransformer") -> str:
    """The README.md of `model`.

    A model that was neither trained nor proved here keeps the card that it came with. What can't
    be told is left out: nothing odd in data or settings keeps a model from being saved.
    """
    data = model.model_card_data
    if data.base_readme and data.training is None and data.proof is None:
        return data.base_readme
    data.tick()
    parts = [_told(section, model) for section in SECTIONS]
    head = _told(lambda model: front_matter(model.model_card_data), model)
    return head + "\n" + "\n\n".join(part for part in parts if part) + "\n"


def _told(section: Callable[["SentenceTransformer"], str], model: "SentenceTransformer") -> str:
    try:
        return section(model)
    except Exception:  # a card is never worth a training
        log.exception("a section of the model card was left out")
        return ""
