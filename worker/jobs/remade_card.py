"""The card of a model that was made of another, or judged later: the card that it had, with what is
no longer true taken out and what is known now put in."""

import re

from backend.proof.card_text import PROOF, divided, joined, proof_section
from backend.proof.schemas import Served, Verdict

CARD = "README.md"

_MADE = "How it was made"
_FIGURES = "Evaluation"
_SERVED = "Loaded again"


def remade(card: str, verdict: Verdict | None, made: str = "", served: Served | None = None) -> str:
    """`made` says in Markdown how the model was made of the one that the card speaks of: then the
    figures of that one are left out, for they are not this one's. `served` is how this one compared
    when it was loaded again."""
    head, body = divided(card)
    first, *sections = re.split(r"(?m)^(?=## )", body)
    gone = {PROOF, *((_MADE, _FIGURES, _SERVED) if made else ())}
    kept = [part for part in sections if _title(part) not in gone]
    told = [f"## {_MADE}\n\n{made}\n\n"] if made else []
    if verdict is not None:
        told.append(proof_section(verdict))
    if served is not None:
        told.append(f"## {_SERVED}\n\n{served.sentence}\n\n")
    if made:
        head.pop("model-index", None)
    return joined(head, first.rstrip() + "\n\n" + "".join([*told, *kept]))


def _title(section: str) -> str:
    return section.partition("\n")[0].removeprefix("## ").strip()
