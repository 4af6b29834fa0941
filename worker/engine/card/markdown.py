"""Pieces of Markdown."""

import json
from collections.abc import Mapping, Sequence
from typing import Any


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; what would break a cell is escaped."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(cell, line)) + " |" for line in lines)


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\r\n", "<br>").replace("\n", "<br>")


def fold(text: str, title: str = "Click to expand") -> str:
    """`text`, seen when one clicks on `title`."""
    return f"<details><summary>{title}</summary>\n\n{text}\n\n</details>"


def bullets(values: Mapping[str, Any]) -> str:
    return "\n".join(f"- `{name}`: {value}" for name, value in values.items()) or "- none"


def fenced(values: Any) -> str:
    return f"```json\n{json.dumps(values, indent=2, default=str)}\n```"


def html(text: str) -> str:
    """`text` inside of <code>, where Markdown and tags mean nothing."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<code>{safe}</code>"


def html_list(values: Mapping[str, str]) -> str:
    items = "".join(f"<li>{name}: {value}</li>" for name, value in values.items())
    return f"<ul>{items}</ul>" if items else ""


def linked(hub_id: str | None, kind: str = "") -> str:
    """An id of the Hub as a link; any other name as it is."""
    is_hub_id = hub_id is not None and hub_id.count("/") == 1
    return f"[{hub_id}](https://huggingface.co/{kind}{hub_id})" if is_hub_id else str(hub_id)


def number(value: Any) -> str:
    """Four decimals; "-" for what wasn't measured."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "-" if value is None else str(value)
    return f"{value:.4f}"
