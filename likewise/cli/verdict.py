"""Before and after, with the interval and the sentence: the end of every training."""

from backend.models.schemas import ModelOut
from backend.proof.schemas import GroupVerdict, GuardedSet, Verdict, Word
from likewise.cli.output import table
from likewise.cli.whisker import whisker

LENGTH = "length"
"""What groups say of themselves in their names."""

SHAPES = {Word.BETTER: "▲", Word.WORSE: "▼", Word.UNSURE: "◆"}


def proof(model: ModelOut) -> str:
    """The table of a model's proof, its whisker, the verdict, and where the model is."""
    lines = [*_judged(model.verdict)] if model.verdict else ["No held-out rows: nothing is proved."]
    lines += ["", f"model {model.id}", f"  {model.path or 'in the artifact store'}"]
    if any(file.name == "README.md" for file in model.files):
        lines.append("  its card is README.md in there")
    return "\n".join(lines)


def _judged(verdict: Verdict) -> list[str]:
    low, high = verdict.ci95
    figures = table(
        ["", "before", "after", "difference", "95 % interval"],
        [
            [
                verdict.metric,
                f"{verdict.before:.4f}",
                f"{verdict.after:.4f}",
                f"{verdict.difference:+.4f}",
                f"{low:+.4f} to {high:+.4f}",
            ]
        ],
    )
    return [
        figures,
        "",
        f"  worse {whisker(verdict.difference, verdict.ci95)} better",
        "",
        f"{SHAPES[verdict.word]} {verdict.sentence}",
        *_groups(verdict),
        *_judged_by(verdict),
    ]


def _groups(verdict: Verdict) -> list[str]:
    if not verdict.groups:
        return []
    rows = [
        [group.group if group.by == LENGTH else f"{group.by}: {group.group}", small(group)]
        for group in verdict.groups
    ]
    return ["", table([verdict.items, "worse  ┼  better"], rows)]


def _judged_by(verdict: Verdict) -> list[str]:
    if verdict.models_judged == 1:
        return []
    many = f"These {verdict.items} have judged {verdict.models_judged} models"
    return ["", f"{many}; the interval is the wider for it."]


def small(verdict: Verdict | GroupVerdict | GuardedSet | None) -> str:
    """A verdict in a cell of a list."""
    if verdict is None:
        return "not proved"
    return (
        f"{whisker(verdict.difference, verdict.ci95, width=11)} {SHAPES[verdict.word]} "
        f"{verdict.word} {verdict.difference:+.3f}"
    )
