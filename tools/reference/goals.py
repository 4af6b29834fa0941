"""The page of the goals, and of the presets that say how long a training may take."""

import json
from collections.abc import Iterator

from backend.catalog.goals import GOALS
from backend.catalog.presets import PRESETS
from backend.catalog.rows import GoalRow
from tools.reference.markdown import bullets, code, page, table, text


def goals() -> str:
    return page(
        "Goals and presets",
        "What a model can be for, what data that needs, and what serves it: of the losses and "
        "evaluators the first that fits the data is proposed.",
        *(part for row in GOALS.values() for part in _goal(row)),
        "## Presets",
        "How long a training may take. Each is a JSON merge patch of a [recipe](../recipe.md).",
        table(
            ("preset", "title", "what for", "patch"),
            (
                (code(row.name), text(row.title), text(row.purpose), code(json.dumps(row.patch)))
                for row in PRESETS.values()
            ),
        ),
    )


def _goal(row: GoalRow) -> Iterator[str]:
    yield f"## {text(row.title)}"
    yield f"> {text(row.example[0])} → {text(row.example[1])}"
    yield bullets(
        (
            f"Its name over REST and for the command: {code(row.name)}.",
            f"Needs {text(row.needs)}.",
            "Losses: " + ", ".join(_link("losses", name) for name in row.losses) + ".",
            "Evaluators: " + ", ".join(_link("evaluators", name) for name in row.evaluators) + ".",
            f"Base model: {code(row.base_model)}.",
        )
    )


def _link(to: str, name: str) -> str:
    return f"[{name}]({to}.md#{name.lower()})"
