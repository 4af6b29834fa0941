"""Before and after, with the interval and the sentence: the end of every training."""

from backend.models.schemas import ModelOut
from backend.proof.schemas import Verdict, Word
from likewise.cli.output import table
from likewise.cli.whisker import whisker

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
    ]


def small(verdict: Verdict | None) -> str:
    """A verdict in a cell of a list."""
    if verdict is None:
        return "not proved"
    return (
        f"{whisker(verdict.difference, verdict.ci95, width=11)} {SHAPES[verdict.word]} "
        f"{verdict.word} {verdict.difference:+.3f}"
    )
