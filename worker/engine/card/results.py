"""What evaluators found: a table each, or one for all that measured the same."""

import json
from typing import TYPE_CHECKING

from worker.engine.card.facts import Evaluation
from worker.engine.card.losses import and_list
from worker.engine.card.markdown import fenced, number, table

if TYPE_CHECKING:
    from worker.engine.model.sentence_transformer import SentenceTransformer


def evaluation(model: "SentenceTransformer") -> str:
    found = list(model.model_card_data.evaluations.values())
    parts = [_group(group) for group in _grouped(found)]
    return "\n\n".join(["## Evaluation\n\n### Metrics", *parts]) if parts else ""


def _grouped(found: list[Evaluation]) -> list[list[Evaluation]]:
    """Those of one kind with the same settings and metrics, under different names, together."""
    groups: dict[str, list[Evaluation]] = {}
    for one in found:
        alike = [one.evaluator, one.description, sorted(one.bare()), one.settings]
        group = groups.setdefault(json.dumps(alike, default=str), [])
        if any(other.name == one.name for other in group):
            groups[json.dumps([alike, len(groups)], default=str)] = [one]
        else:
            group.append(one)
    return list(groups.values())


def _group(group: list[Evaluation]) -> str:
    first = group[0]
    names = [f"`{one.name}`" for one in group if one.name]
    on = f"- Dataset{'s' if len(names) > 1 else ''}: {and_list(names)}\n" if names else ""
    settings = f", with these parameters:\n\n{fenced(first.settings)}" if first.settings else ""
    by = f"- Evaluated with <code>{first.evaluator}</code>{settings}" if first.evaluator else ""
    heads = ["Metric", *([one.name for one in group] if len(group) > 1 else ["Value"])]
    rows = [[key, *(number(one.bare()[key]) for one in group)] for key in first.bare()]
    main = first.without_name(first.primary_metric or "")
    bold = [[f"**{value}**" for value in row] if row[0] == main else row for row in rows]
    return f"#### {first.description}\n\n{on}{by}\n\n{table(heads, bold)}"
