"""The page of the samplers."""

from backend.catalog.rows import SamplerRow
from backend.catalog.samplers import MULTI_DATASET_SAMPLERS, SAMPLERS
from tools.reference.markdown import code, page, table, text


def samplers() -> str:
    return page(
        "Samplers",
        "How rows come into batches, and whose turn it is among several datasets: the arguments "
        "`batch_sampler` and `multi_dataset_batch_sampler` of a [recipe](../recipe.md).",
        "## Rows into batches",
        table(("name", "what it does", "needs"), map(_row, SAMPLERS.values())),
        "## Datasets in turn",
        table(("name", "what it does", "needs"), map(_row, MULTI_DATASET_SAMPLERS.values())),
    )


def _row(row: SamplerRow) -> tuple[str, str, str]:
    return code(row.name), text(row.purpose), "a class label" if row.needs_classes else ""
