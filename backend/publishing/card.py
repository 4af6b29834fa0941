"""The card as it will lie on the Hub: the model's own, with what a publication adds. Pure.

A model's own card holds no row of anybody's data; where one does nonetheless, because its author
wrote it so, the rows are taken out unless they may leave.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.proof.card_text import PROOF, divided, joined, proof_section
from backend.proof.schemas import Served, Verdict

NO_NAME = "sentence_transformers_model_id"
"""What the model's own card has where its name on the Hub belongs."""

_SAMPLES = re.compile(r"^- Samples:\n\n(?:\|.*\n)+\n?", re.MULTILINE)
_PROVED = re.compile(rf"^## {PROOF}\n(?:(?!#{{1,2}} ).*\n?)*", re.MULTILINE)
_LONGEST_CELL = 1_000  # characters
_NEVER = "It was never measured: no rows were kept aside to prove it by."


@dataclass(frozen=True, kw_only=True)
class Samples:
    """Some rows that a model learned from: the texts that were mapped, by column."""

    name: str
    rows: Sequence[Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class About:
    """What a publication says of a model that its own card doesn't."""

    repo: str
    license: str
    languages: Sequence[str]
    verdict: Verdict | None = None
    served: Served | None = None
    samples: Sequence[Samples] = field(default=())


def published(own: str, about: About) -> str:
    """The README.md that leaves; `own` is the model's, with or without metadata in front."""
    head, body = divided(own)
    body = _SAMPLES.sub("", body).replace(NO_NAME, about.repo).strip()
    parts = [_measured(_described(body, about), about), *map(_shown, about.samples)]
    text = "\n\n".join(part for part in parts if part)
    return joined(_facts(head, about), f"\n{text}\n")


def _facts(own: dict[str, Any], about: About) -> dict[str, Any]:
    kept = {name: value for name, value in own.items() if name != "widget"}
    said: dict[str, Any] = {"language": list(about.languages), "license": about.license}
    if kept.get("base_model") and "base_model_relation" not in kept:
        said["base_model_relation"] = "finetune"
    widgets = [
        {"source_sentence": texts[0], "sentences": texts[1:]}
        for sample in about.samples
        for texts in (list(row.values()) for row in sample.rows)
        if len(texts) > 1
    ]
    tags = kept.get("tags") or ["sentence-transformers", "sentence-similarity"]
    return {**said, **kept, **said, "tags": tags, **({"widget": widgets} if widgets else {})}


def _described(body: str, about: About) -> str:
    """The body, with licence and languages among what describes the model."""
    lines = {"License": about.license}
    lines[f"Language{'s' if len(about.languages) > 1 else ''}"] = ", ".join(about.languages)
    body = re.sub(r"^- \*\*(?:Languages?|License):\*\* .*\n?", "", body, flags=re.MULTILINE)
    told = "".join(f"- **{name}:** {value}\n" for name, value in lines.items())
    return re.sub(
        r"^(### Model Description\n\n(?:- \*\*.*\n)*)",
        lambda found: found[1] + told,
        body,
        count=1,
        flags=re.MULTILINE,
    )


def _measured(body: str, about: About) -> str:
    """The body, with how the model was measured as it is to be told now: a verdict is the wider, the
    more models the same rows have judged. It heads what describes the model."""
    never = f"## {PROOF}\n\n{_NEVER}\n\n"
    proof = never if about.verdict is None else proof_section(about.verdict)
    if about.served is not None and about.served.sentence not in body:
        proof += f"## Loaded again\n\n{about.served.sentence}\n\n"
    rest = _PROVED.sub("", body)
    head, details, tail = rest.partition("## Model Details")
    return f"{head.rstrip()}\n\n{proof}{details}{tail}".strip()


def _shown(sample: Samples) -> str:
    """A table of rows; what would break a cell is escaped."""
    columns = list(sample.rows[0])
    lines = [
        columns,
        ["---"] * len(columns),
        *([_cell(row[column]) for column in columns] for row in sample.rows),
    ]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"## Rows that it learned from\n\nOf {sample.name}:\n\n{table}"


def _cell(text: str) -> str:
    short = text if len(text) <= _LONGEST_CELL else f"{text[:_LONGEST_CELL]}…"
    safe = short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "<code>" + re.sub(r"\r?\n", "<br>", safe).replace("|", "\\|") + "</code>"
