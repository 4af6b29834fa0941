"""The card of a model that was made of another, or judged later: the card that it had, with what is
no longer true taken out and what is known now put in."""

import re

import yaml

from backend.proof.schemas import Served, Verdict

CARD = "README.md"

_PROOF = "Before and after"
_MADE = "How it was made"
_FIGURES = "Evaluation"
_SERVED = "Loaded again"


def remade(card: str, verdict: Verdict | None, made: str = "", served: Served | None = None) -> str:
    """`made` says in Markdown how the model was made of the one that the card speaks of: then the
    figures of that one are left out, for they are not this one's. `served` is how this one compared
    when it was loaded again."""
    head, body = _divided(card)
    sections = re.split(r"(?m)^(?=## )", body)
    gone = {_PROOF, *((_MADE, _FIGURES, _SERVED) if made else ())}
    kept = [part for part in sections if _title(part) not in gone]
    told = [f"## {_MADE}\n\n{made}\n\n"] if made else []
    if verdict is not None:
        told.append(_proof(verdict))
    if served is not None:
        told.append(f"## {_SERVED}\n\n{served.sentence}\n\n")
    if made:
        head.pop("model-index", None)
    front = yaml.safe_dump(head, allow_unicode=True, sort_keys=False) if head else ""
    lead = f"---\n{front}---\n" if front else ""
    return lead + kept[0].rstrip() + "\n\n" + "".join([*told, *kept[1:]])


def _divided(card: str) -> tuple[dict[str, object], str]:
    """The front matter, and what follows it."""
    found = re.match(r"---\n(.*?\n)---\n", card, re.DOTALL)
    if found is None:
        return {}, card
    head = yaml.safe_load(found.group(1))
    return (head if isinstance(head, dict) else {}), card[found.end() :]


def _title(section: str) -> str:
    first, _, _ = section.partition("\n")
    return first.removeprefix("## ").strip() if first.startswith("## ") else ""


def _proof(verdict: Verdict) -> str:
    low, high = verdict.ci95
    row = (
        f"| on {verdict.queries} held-out {verdict.items} | {verdict.before:.4f} | "
        f"{verdict.after:.4f} | {verdict.difference:+.4f} | {low:+.4f} to {high:+.4f} |"
    )
    return (
        f"## {_PROOF}\n\n{verdict.sentence}\n\n"
        f"| {verdict.metric} | Before | After | Difference | 95 % interval |\n"
        f"|:---|---:|---:|---:|---:|\n{row}\n\n"
    )
