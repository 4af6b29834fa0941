"""`likewise losses`: what a training can aim for."""

from typing import TYPE_CHECKING

from likewise.cli.output import Json, show

if TYPE_CHECKING:
    from backend.catalog.rows import LossRow


def losses(as_json: Json = False) -> None:
    """Every loss: what it is for, and what data it takes."""
    from backend.catalog.losses import LOSSES

    rows = list(LOSSES.values())
    show(rows, as_json, lambda: "\n\n".join(_words(row) for row in rows))


def _words(row: "LossRow") -> str:
    takes = " or ".join(form.in_words for form in row.accepts)
    return f"{row.name}\n  {row.purpose}\n  takes {takes}"
