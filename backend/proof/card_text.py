"""Reading and writing parts of a model card: what it tells machines, and what was proved. Pure."""

import re
from typing import Any

import yaml

from backend.proof.schemas import Verdict

PROOF = "Before and after"
"""The heading of what was proved."""

FRONT_MATTER = re.compile(r"\A---\n(.*?\n)?---\n", re.DOTALL)


def divided(card: str) -> tuple[dict[str, Any], str]:
    """What a card tells machines, and the text behind that; nothing where it can't be read."""
    found = FRONT_MATTER.match(card)
    if found is None:
        return {}, card
    try:
        facts = yaml.safe_load(found[1] or "")
    except yaml.YAMLError:
        facts = None
    return (facts if isinstance(facts, dict) else {}), card[found.end() :]


def joined(facts: dict[str, Any], body: str) -> str:
    """A card of both; without a head where there is nothing to tell machines."""
    if not facts:
        return body
    head = yaml.safe_dump(facts, sort_keys=False, allow_unicode=True, width=100_000)
    return f"---\n{head}---\n{body}"


def proof_section(verdict: Verdict) -> str:
    """The verdict under its heading: the sentence, and its figures in a table."""
    low, high = verdict.ci95
    return (
        f"## {PROOF}\n\n{verdict.sentence}\n\n"
        f"| {verdict.metric} | Before | After | Difference | 95 % interval |\n"
        "|:---|---:|---:|---:|---:|\n"
        f"| on {verdict.queries} held-out {verdict.items} | {verdict.before:.4f} | "
        f"{verdict.after:.4f} | {verdict.difference:+.4f} | {low:+.4f} to {high:+.4f} |\n\n"
    )
