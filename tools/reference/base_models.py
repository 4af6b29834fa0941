"""The page of the base models that are offered."""

from collections.abc import Iterator

from backend.catalog.base_models import BASE_MODELS
from tools.reference.markdown import code, page, table, text

_HEADS = ("model", "what for", "million parameters", "dimensions", "tokens", "languages", "licence")


def base_models() -> str:
    return page(
        "Base models",
        "What the plan offers to start from. Any other model of the Hugging Face Hub works by its "
        "name, and any model of the studio by its id.",
        "## Ready to use",
        table(_HEADS, _rows(ready=True)),
        "## Know language, but not yet what is alike",
        "For many rows. The score is their mean over 14 tasks after one epoch of 560,000 NLI "
        "triplets, as the documentation of Sentence Transformers has it.",
        table((*_HEADS, "score after NLI"), _rows(ready=False)),
    )


def _rows(*, ready: bool) -> Iterator[tuple[str, ...]]:
    for row in BASE_MODELS.values():
        if (row.after_nli is None) is ready:
            yield (
                code(row.name),
                text(row.purpose),
                f"{row.parameters_millions:g}",
                str(row.dimensions),
                str(row.max_tokens),
                text(row.languages),
                text(row.licence),
                *([] if ready else [f"{row.after_nli:.2f}"]),
            )
