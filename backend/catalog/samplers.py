"""The ways to put rows into batches."""

from backend.catalog.rows import SamplerRow

_ROWS = (
    SamplerRow(
        name="batch_sampler",
        purpose="Rows in random order, cut into batches.",
        source="Sentence Transformers documentation, Training Arguments",
    ),
    SamplerRow(
        name="no_duplicates",
        purpose="No text twice in a batch, so that no right answer counts as a wrong one.",
        source="Sentence Transformers documentation, Training Arguments",
    ),
)

SAMPLERS = {row.name: row for row in _ROWS}
