"""The ways to put rows into batches, and the ways for several datasets to take turns."""

from backend.catalog.rows import SamplerRow

DOCUMENTATION = "Sentence Transformers documentation, Training Arguments"

_BATCHES = (
    SamplerRow(
        name="batch_sampler",
        purpose="Rows in random order, cut into batches.",
        source=DOCUMENTATION,
    ),
    SamplerRow(
        name="no_duplicates",
        purpose="No text twice in a batch, so that no right answer counts as a wrong one.",
        source=DOCUMENTATION,
    ),
    SamplerRow(
        name="no_duplicates_hashed",
        purpose="The same as no_duplicates, by the name of the library's faster variant.",
        source=DOCUMENTATION,
    ),
    SamplerRow(
        name="group_by_label",
        purpose="Two or more classes in each batch, each with two or more texts, to compare.",
        source=DOCUMENTATION,
        needs_classes=True,
    ),
)

_TURNS = (
    SamplerRow(
        name="proportional",
        purpose="Every row of every dataset is used; larger datasets come more often.",
        source=DOCUMENTATION,
    ),
    SamplerRow(
        name="round_robin",
        purpose="Each dataset in turn, until the smallest has none left; all count the same.",
        source=DOCUMENTATION,
    ),
)

SAMPLERS = {row.name: row for row in _BATCHES}
MULTI_DATASET_SAMPLERS = {row.name: row for row in _TURNS}
