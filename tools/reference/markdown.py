"""What the pages are made of: Markdown that no text from a table can break."""

from collections.abc import Iterable, Sequence

Row = Sequence[str]

MADE = "<!-- Made by tools/reference from the studio's own tables; do not edit. -->"


def page(title: str, lead: str, *parts: str) -> str:
    """A whole page: its heading, what it is, and its parts, those that are empty left out."""
    return "\n\n".join([MADE, f"# {title}", lead, *(part for part in parts if part)]) + "\n"


def table(heads: Row, rows: Iterable[Row]) -> str:
    """A table; empty where it has no rows. Cells are Markdown already."""
    lines = [_line(row) for row in rows]
    if not lines:
        return ""
    return "\n".join([_line(heads), _line(["---"] * len(heads)), *lines])


def bullets(texts: Iterable[str]) -> str:
    return "\n".join(f"- {text}" for text in texts)


def text(words: str) -> str:
    """Words as they are: what Markdown or HTML would read in them is escaped."""
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for sign in "\\*_[]`":
        escaped = escaped.replace(sign, f"\\{sign}")
    return " ".join(escaped.split())


def code(value: object) -> str:
    """A value as it is typed; empty for an empty one."""
    written = str(value)
    if not written:
        return ""
    fence = "``" if "`" in written else "`"
    return f"{fence}{written}{fence}"


def codes(values: Iterable[object]) -> str:
    return ", ".join(map(code, values))


def _line(cells: Row) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
